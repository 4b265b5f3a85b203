package org.sobre.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.jobs.profile.UnknownProfileException;

/**
 * The profiles that are tried on cards.
 *
 * @param status what the command ends with where one could not be read, else {@link ExitCode#DONE}
 */
record FitProfiles(List<ModelProfile> profiles, int status) {

  FitProfiles {
    profiles = List.copyOf(profiles);
  }

  /**
   * @param names of the catalogue, or paths of files
   * @throws Failure if there is none of that name
   */
  static List<ModelProfile> called(List<String> names) throws IOException, ConfigurationException {
    ProfileCatalog catalog = WrapperCommand.catalog();
    List<ModelProfile> profiles = new ArrayList<>();
    for (String name : names) {
      try {
        profiles.add(catalog.load(name));
      } catch (UnknownProfileException e) {
        throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
      }
    }
    return profiles;
  }

  /**
   * The whole catalogue: one that is wrong is told, and the others are tried all the same.
   *
   * @param err is told
   */
  static FitProfiles all(PrintWriter err) throws IOException {
    List<ModelProfile> profiles = new ArrayList<>();
    int status = ExitCode.DONE;
    for (Path file : WrapperCommand.catalog().list().values()) {
      try {
        profiles.add(ProfileReader.read(file));
      } catch (ConfigurationException e) {
        e.problems().forEach(problem -> err.println("sobre: " + problem));
        status = ExitCode.BAD_CONFIGURATION;
      } catch (IOException e) {
        err.println("sobre: " + Main.inputOutput(e));
        status = ExitCode.INPUT_OUTPUT;
      }
    }
    return new FitProfiles(profiles, status);
  }
}
