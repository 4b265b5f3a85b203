# What the kernel's amdgpu and amdkfd show of a card in /sys: the files, names and units of its documentation, no more than
# Sobre may ask for. Values that the recording does not have are told apart in recordings/PROVENANCE.md.
package Amdgpu;
use strict;
use warnings;
no warnings 'portable'; # unique_id has 64 bits
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
  new_directory("$pci/hwmon/hwmon" . (3 + $n), name => 'amdgpu', power1_label => 'PPT', power1_cap => 300_000_000);
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

# show(DIR, CARD, VALUES): what changes: watts averaged over the last second, load in percent, used memory in MiB.
sub show {
  my ($dir, $card, $now) = @_;
  my $pci = "$dir/pci/$card->{pci}";
  my ($hwmon) = glob "$pci/hwmon/hwmon*";
  publish("$hwmon/power1_average", sprintf("%.0f\n", 1e6 * $now->{average}), 0444);
  publish("$pci/gpu_busy_percent", sprintf("%.0f\n", $now->{load}), 0444);
  publish("$pci/mem_info_vram_used", $now->{used} * 2**20 . "\n", 0444);
}

1;
