package org.sobre.hardware.gpu.amd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Small files of the kernel below one directory: of this machine, or as somebody wrote them down.
 */
interface KernelFiles {

  /**
   * @param path relative, with slashes
   * @return the whole file, or why it could not be read
   */
  Reading<String> read(String path);

  /**
   * @return names in this directory, sorted; none where it cannot be read
   */
  List<String> names(String directory);

  /** The first bytes of a binary file; fewer, or none, where it has or gives no more. */
  byte[] head(String path, int bytes);

  /** One line that is there, readable and not empty. */
  default Optional<String> text(String path) {
    return read(path).measured().map(ToolText::printable).filter(text -> !text.isEmpty());
  }

  static KernelFiles in(Path directory) {
    return new OnDisk(directory);
  }

  /** Of this machine. */
  record OnDisk(Path base) implements KernelFiles {

    @Override
    public Reading<String> read(String path) {
      try {
        // a broken character must not hide the others
        return Reading.of(
            new String(Files.readAllBytes(base.resolve(path)), StandardCharsets.UTF_8));
      } catch (NoSuchFileException e) {
        return Reading.unavailable(Reason.NOT_SUPPORTED, "the driver has no file " + path);
      } catch (AccessDeniedException e) {
        return Reading.unavailable(Reason.NO_PERMISSION, "no permission to read " + path);
      } catch (IOException e) {
        return Reading.unavailable(Reason.FAILED, path + ": " + e.getMessage());
      }
    }

    @Override
    public List<String> names(String directory) {
      List<String> names = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(base.resolve(directory))) {
        entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
      } catch (IOException | DirectoryIteratorException e) {
        return List.of();
      }
      Collections.sort(names);
      return names;
    }

    @Override
    public byte[] head(String path, int bytes) {
      try (InputStream in = Files.newInputStream(base.resolve(path))) {
        return in.readNBytes(bytes);
      } catch (IOException e) {
        return new byte[0];
      }
    }
  }
}
