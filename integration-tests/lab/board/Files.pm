# Writing the files of the stand-in hardware.
package Files;
use strict;
use warnings;
use Exporter qw(import);
our @EXPORT_OK = qw(publish new_directory);

# publish(PATH, TEXT, MODE): the whole file at once, by rename.
sub publish {
  my ($path, $text, $mode) = @_;
  open my $out, '>', "$path.new" or die "$path.new: $!\n";
  chmod $mode, "$path.new";
  print {$out} $text;
  close $out;
  rename "$path.new", $path or die "$path: $!\n";
}

# new_directory(PATH, NAME => VALUE, ...): the directory and its parents, with a file of one line for each name.
sub new_directory {
  my ($folder, %files) = @_;
  my $path = '';
  for my $step (split m{/}, $folder) { $path .= "$step/"; mkdir $path }
  publish("$folder/$_", "$files{$_}\n", 0444) for keys %files;
}

1;
