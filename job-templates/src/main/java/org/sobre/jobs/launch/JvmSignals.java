package org.sobre.jobs.launch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * The JVM's own door to signals, {@code sun.misc.Signal} of the module jdk.unsupported. There is no
 * other, and javac warns of every mention in a way that cannot be suppressed, hence by reflection.
 */
public final class JvmSignals {

  private JvmSignals() {}

  /**
   * Runs an action, in a thread of the JVM's, whenever this process gets a signal.
   *
   * @param name without SIG
   * @return why it cannot be done, if it cannot: the JVM keeps some signals for itself
   */
  public static Optional<String> handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              JvmSignals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.of(String.valueOf(e.getCause()));
    } catch (ReflectiveOperationException e) {
      return Optional.of(e.toString());
    }
  }
}
