package scenarios

import (
	"fmt"
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

func redirectURIsShape() fields.Shape {
	return fields.Shape{
		Name: "list of URLs", Ref: "redirect_uris",
		Schema: `{"type": "array", "items": {"type": "string", "pattern": "^https?://[^/@?#*][^?#*]*$"}, ` +
			`"uniqueItems": true}`,
	}
}

// redirectURIs reads the addresses to which an authorization may return.
func (d *decoder) redirectURIs(n *fields.Node, path string) {
	if n.Kind == fields.List {
		d.set.RedirectURIs = []string{}
	}
	lines := map[string]int32{}
	d.List(n, path, func(item *fields.Node, path string) {
		address, ok := fields.Text().Checked(checkRedirectURI).TryRead(&d.Reader, item, path)
		if !ok {
			return
		}
		if first, isKnown := lines[address]; isKnown {
			d.Mistake(item, path, "%q is listed twice (first in line %d)", fields.Abridge(address), first)
			return
		}
		lines[address] = item.Line
		d.set.RedirectURIs = append(d.set.RedirectURIs, address)
	})
}

// checkRedirectURI returns what is wrong with an address of redirect_uris, or "". Addresses that can never match are
// refused (source: Python SDK 10.8).
func checkRedirectURI(address string) string {
	switch {
	case strings.Contains(address, "*"):
		return fmt.Sprintf("%q has a wildcard, which does not count with code_challenge: write each address out",
			fields.Abridge(address))
	case strings.ContainsAny(address, "?#"):
		return fmt.Sprintf("%q has a query or a fragment, and so can never match: leave it out",
			fields.Abridge(address))
	case !names.IsWebURL(address):
		return fmt.Sprintf("%q is not an address to return to: write it whole, such as "+
			"https://app.example.com/callback", fields.Abridge(address))
	}
	return ""
}
