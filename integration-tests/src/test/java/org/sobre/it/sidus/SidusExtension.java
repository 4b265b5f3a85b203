package org.sobre.it.sidus;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.sobre.it.lab.Components;

/**
 * One image for all classes of a run, made for the first that asks, and one cluster that boots it.
 * Which class comes when is said by their order: the last one changes the image.
 */
final class SidusExtension implements ExecutionCondition, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SidusExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return Components.need(Components.SLURM, Components.MARIADB, Components.ROOT, Components.IMAGE);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Image.class || type == SidusSite.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // the root's store lives as long as the run, and closes what it holds
    Store store = context.getRoot().getStore(NAMESPACE);
    Image image = store.getOrComputeIfAbsent(Image.class, type -> installed(), Image.class);
    if (parameter.getParameter().getType() == Image.class) {
      return image;
    }
    return store.getOrComputeIfAbsent(
        SidusSite.class, type -> SidusSite.up(image), SidusSite.class);
  }

  private static Image installed() {
    Image image = Image.base().copy("image");
    image.install(Image.debs()).text();
    return image;
  }
}
