package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.factors.Estimate;
import org.sobre.accounting.factors.Estimate.Made;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sobre estimate}: an order of magnitude, with its formula, of what is not metered. */
@Command(
    name = "estimate",
    description = {
      "Estimate what machines emit in a year of use, and how many such years making them was worth.",
      "For a pack that is not metered yet: the formulas are printed with the numbers."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:the estimate is printed", "2:an option is missing or is no such number"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre estimate --machines 330 --watts 150 --g-co2e-per-kwh 20",
      "  sobre estimate --machines 330 --watts 150 --g-co2e-per-kwh 20 \\",
      "      --embodied-tonnes 352 --embodied-machines 337"
    })
final class EstimateCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(EstimateCommand.class);

  @Option(
      names = "--machines",
      paramLabel = "N",
      required = true,
      description = "How many machines run.")
  private @Nullable BigDecimal machines;

  @Option(
      names = "--watts",
      paramLabel = "WATTS",
      required = true,
      description = "What each of them draws, all the time.")
  private @Nullable BigDecimal watts;

  @Option(
      names = "--g-co2e-per-kwh",
      paramLabel = "GRAMS",
      required = true,
      description = "Grams of CO2e per kWh of their electricity.")
  private @Nullable BigDecimal grams;

  @Option(
      names = "--hours",
      paramLabel = "HOURS",
      defaultValue = "8760",
      description = "Hours a year that they run; by default ${DEFAULT-VALUE}.")
  private BigDecimal hours = BigDecimal.ONE;

  @Option(
      names = "--pue",
      paramLabel = "PUE",
      defaultValue = "1",
      description = "What the room draws over what they draw; by default ${DEFAULT-VALUE}.")
  private BigDecimal pue = BigDecimal.ONE;

  @Option(
      names = "--embodied-tonnes",
      paramLabel = "TONNES",
      description = "Tonnes of CO2e that making machines emitted.")
  private @Nullable BigDecimal embodied;

  @Option(
      names = "--embodied-machines",
      paramLabel = "N",
      description = "Machines that those tonnes are of; by default those that run.")
  private @Nullable BigDecimal embodiedMachines;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Estimate estimate =
        new Estimate(
            positive("--machines", requireNonNull(machines)),
            positive("--watts", requireNonNull(watts)),
            positive("--hours", hours),
            positive("--g-co2e-per-kwh", requireNonNull(grams)),
            positive("--pue", pue));
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    lines(estimate, made()).forEach(out::println);
    out.flush();
    return ExitCode.DONE;
  }

  private Optional<Made> made() {
    if (embodied == null) {
      if (embodiedMachines != null) {
        throw new Failure(ExitCode.USAGE, MESSAGES.text("estimate.embodied"));
      }
      return Optional.empty();
    }
    BigDecimal of = embodiedMachines == null ? requireNonNull(machines) : embodiedMachines;
    return Optional.of(
        new Made(positive("--embodied-tonnes", embodied), positive("--embodied-machines", of)));
  }

  private static BigDecimal positive(String option, BigDecimal value) {
    if (value.signum() <= 0) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text("estimate.positive", option, value.toPlainString()));
    }
    return value;
  }

  /** Each number is printed with what it was computed from. */
  private static List<String> lines(Estimate estimate, Optional<Made> made) {
    List<String> lines = new ArrayList<>();
    lines.add(
        MESSAGES.text(
            "estimate.energy",
            given(estimate.machines()),
            given(estimate.wattsPerMachine()),
            given(estimate.hoursAYear()),
            rounded(estimate.kilowattHoursAYear(), 0)));
    lines.add(
        MESSAGES.text(
            "estimate.use",
            rounded(estimate.kilowattHoursAYear(), 0),
            given(estimate.pue()),
            given(estimate.gramsCo2ePerKilowattHour()),
            rounded(estimate.tonnesAYear(), 2)));
    made.ifPresent(
        of -> {
          lines.add(
              MESSAGES.text(
                  "estimate.made",
                  given(of.tonnesCo2e()),
                  given(of.machines()),
                  rounded(of.tonnesPerMachine(), 4)));
          lines.add(
              MESSAGES.text(
                  "estimate.perMachine",
                  rounded(estimate.tonnesAYear(), 4),
                  given(estimate.machines()),
                  rounded(estimate.tonnesPerMachineAndYear(), 5)));
          lines.add(
              MESSAGES.text(
                  "estimate.years",
                  rounded(of.tonnesPerMachine(), 4),
                  rounded(estimate.tonnesPerMachineAndYear(), 5),
                  rounded(estimate.yearsOfUse(of), 1),
                  estimate.yearsOfUse(of).setScale(0, RoundingMode.HALF_UP).toPlainString()));
        });
    return lines;
  }

  private static String given(BigDecimal value) {
    return Language.current().rounded(value, Math.max(0, value.stripTrailingZeros().scale()));
  }

  private static String rounded(BigDecimal value, int decimals) {
    return Language.current().rounded(value, decimals);
  }
}
