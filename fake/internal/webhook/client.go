package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// NewClient returns a client that sends webhooks. It follows no redirects, because WorkOS sends to the address that it
// was given. Unless linkLocal is set it connects to no link-local address, whatever name or spelling leads there: a
// cloud's metadata service is found at one.
func NewClient(linkLocal bool) *http.Client {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	if !linkLocal {
		dialer.Control = refuseLinkLocal
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errLinkLocal = errors.New("webhooks are not sent to link-local addresses (--allow-link-local)")

// refuseLinkLocal is a net.Dialer's Control: it sees the address after its name was resolved.
func refuseLinkLocal(_, address string, _ syscall.RawConn) error {
	if at, err := netip.ParseAddrPort(address); err == nil && IsLinkLocal(at.Addr()) {
		return errLinkLocal
	}
	return nil
}

// IsLinkLocal reports whether an address is link-local, or that of the metadata service of a cloud that has it
// elsewhere.
func IsLinkLocal(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return address.IsLinkLocalUnicast() || address == netip.MustParseAddr("fd00:ec2::254")
}
