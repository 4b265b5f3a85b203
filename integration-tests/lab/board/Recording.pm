# The GPUs that a recording shows: nvidia-smi -q -x (.xml) or amd-smi static --json (.json).
package Recording;
use strict;
use warnings;
use JSON::PP qw(decode_json);

# cards(FILE): the GPUs in the recording's order. Each: vendor (nvidia, amd), id (as tools name the card for good), pci
# (0000:41:00.0), device (0x2684); for NVIDIA also model, minor and its MIG devices as [GPU instance, compute instance]; for AMD also vram (bytes) and unique (16 hexadecimal digits).
sub cards {
  my ($file) = @_;
  open my $in, '<', $file or die "$file: $!\n";
  local $/;
  my $text = <$in>;
  my @cards = $file =~ /\.json$/ ? _amd(decode_json($text)) : _nvidia($text);
  die "$file: no GPU in it\n" unless @cards;
  return @cards;
}

sub _nvidia {
  my ($text) = @_;
  my @cards;
  while ($text =~ m{<gpu id="0{4}([^"]+)">(.*?)</gpu>}gs) {
    my ($pci, $block) = (lc $1, $2);
    my ($device) = $block =~ m{<pci_device_id>(\w{4})10DE<} or die "$pci: no pci_device_id\n";
    my ($uuid) = $block =~ m{<uuid>(.*?)</uuid>} or die "$pci: no uuid\n";
    my ($minor) = $block =~ m{<minor_number>(\d+)<} or die "$pci: no minor_number\n";
    my ($model) = $block =~ m{<product_name>(.*?)</product_name>} or die "$pci: no product_name\n";
    my @migs;
    push @migs, [$1, $2] while $block =~ m{<gpu_instance_id>(\d+)</gpu_instance_id>\s*<compute_instance_id>(\d+)<}g;
    push @cards, {vendor => 'nvidia', id => $uuid, pci => $pci, device => '0x' . lc $device, minor => $minor, model => $model,
      migs => \@migs};
  }
  return @cards;
}

sub _amd {
  my ($document) = @_;
  return map {
    my $unique = lc($_->{asic}{asic_serial} =~ s/^0x//r);
    {vendor => 'amd', id => "AMD-$unique", unique => $unique, pci => lc $_->{bus}{bdf}, device => lc $_->{asic}{device_id},
      # what amd-smi calls MB is 2^20 bytes
      vram => $_->{vram}{size}{value} * 2**20};
  } @{$document->{gpu_data}};
}

1;
