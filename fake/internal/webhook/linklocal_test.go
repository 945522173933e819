package webhook

import (
	"errors"
	"net/netip"
	"testing"
)

func TestIsLinkLocal(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"169.254.169.254": true, "169.254.0.0": true, "::ffff:169.254.169.254": true,
		"fe80::1": true, "febf::1": true, "fd00:ec2::254": true,
		"169.253.255.255": false, "127.0.0.1": false, "::1": false,
		"10.0.0.1": false, "fd00:ec2::1": false, "fec0::1": false,
	} {
		if got := IsLinkLocal(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}

// TestClientRefusesLinkLocal dials a link-local address by another spelling, as names and redirects of names do.
func TestClientRefusesLinkLocal(t *testing.T) {
	t.Parallel()
	_, err := NewClient(false).Get("http://[::ffff:169.254.169.254]/")
	if !errors.Is(err, errLinkLocal) {
		t.Errorf("the error is %v", err)
	}
}
