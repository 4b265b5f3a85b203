# What the kernel's amdgpu and amdkfd show of a card in /sys: the files, names and units of its documentation, no more than
# Sobre may ask for. Values that the recording does not have are told apart in recordings/PROVENANCE.md.
package Amdgpu;
use strict;
use warnings;
no warnings 'portable'; # unique_id has 64 bits
use Fcntl;
use POSIX qw(mkfifo);
use Files qw(publish new_directory);

# KFD numbers its devices as it likes; the first of them is not 0.
my $FIRST_KFD_ID = 51234;

# plug_in(DIR, N, CARD): the files that stay as they are, for the recording's card number N.
sub plug_in {
  my ($dir, $n, $card) = @_;
  my $pci = "$dir/pci/$card->{pci}";
  my $render = 128 + $n;
  new_directory($pci, vendor => '0x1002', device => $card->{device}, class => '0x038000', numa_node => -1,
    uevent => "DRIVER=amdgpu\nPCI_SLOT_NAME=$card->{pci}", unique_id => $card->{unique}, product_name => '',
    mem_info_vram_total => $card->{vram});
  new_directory("$pci/power", runtime_status => 'active', control => 'on');
  new_directory("$pci/drm/card$n");
  new_directory("$pci/drm/renderD$render");
  # the second sensor of an Instinct is the hottest spot; its limits are in thousandths of a degree
  new_directory("$pci/hwmon/hwmon" . (3 + $n), name => 'amdgpu', power1_label => 'PPT', power1_cap => 300_000_000,
    temp2_label => 'junction', temp2_crit => 100_000);
  # uncorrectable and corrected errors of the card's memory
  new_directory("$pci/ras", umc_err_count => "ue: 0\nce: 0");
  _compute_node($dir, $n, $card, $render);
}

# Node 0 is the CPU, as KFD numbers them; a card is found by its domain and location.
sub _compute_node {
  my ($dir, $n, $card, $render) = @_;
  new_directory("$dir/kfd/topology/nodes/0", gpu_id => 0, name => '', properties => "simd_count 0\nlocation_id 0\ndomain 0");
  my ($domain, $bus, $device, $function) = map { hex } split /[:.]/, $card->{pci};
  new_directory("$dir/kfd/topology/nodes/" . ($n + 1), gpu_id => $FIRST_KFD_ID + $n, name => 'aldebaran',
    properties => join("\n", 'simd_count 416', 'vendor_id 4098', 'device_id ' . hex $card->{device},
      'location_id ' . ($bus << 8 | $device << 3 | $function), "domain $domain", "drm_render_minor $render",
      'gfx_target_version 90010', 'unique_id ' . hex $card->{unique}));
}

# show(DIR, CARD, VALUES, STATE): what changes: watts averaged over the last second, load in percent, used memory in MiB. A lost card
# is no more on the bus, in a hot one the junction is at its limit, in one that needs a reset the memory has failed, and the power of
# one that hangs is never told.
sub show {
  my ($dir, $card, $now, $state) = @_;
  my $pci = "$dir/pci/$card->{pci}";
  my $gone = "$dir/unplugged-$card->{pci}";
  if ($state eq 'lost') { rename $pci, $gone; return }
  rename $gone, $pci if -d $gone;
  my ($hwmon) = glob "$pci/hwmon/hwmon*";
  publish("$hwmon/temp2_input", ($state eq 'hot' ? 101_000 : 54_000) . "\n", 0444);
  publish("$pci/ras/umc_err_count", 'ue: ' . ($state eq 'needs-reset' ? 1 : 0) . "\nce: 0\n", 0444);
  return if _hang("$hwmon/power1_average", $state eq 'hang');
  publish("$hwmon/power1_average", sprintf("%.0f\n", 1e6 * $now->{average}), 0444);
  publish("$pci/gpu_busy_percent", sprintf("%.0f\n", $now->{load}), 0444);
  publish("$pci/mem_info_vram_used", $now->{used} * 2**20 . "\n", 0444);
}

# Whether the file is one whose reader waits for ever: a pipe that nobody writes to. Its readers are let go when that is over.
sub _hang {
  my ($file, $hangs) = @_;
  if ($hangs && !-p $file) { unlink $file; mkfifo($file, 0444) }
  elsif (!$hangs && -p $file) { sysopen my $end, $file, O_WRONLY | O_NONBLOCK }
  return $hangs;
}

1;
