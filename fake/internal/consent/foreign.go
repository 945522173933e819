package consent

import (
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
)

// checkSite refuses a decision that a page of another site makes without the user: by an image, a frame, a prefetch, or
// a form of its own. The user can still follow a link of such a page to the consent page. Requests without the headers
// of browsers come from tests and tools, and may decide. Its error is foreign_origin.
func checkSite(c *call.Call) error {
	header := c.Request.Header
	isForm := c.Request.Method == http.MethodPost
	isCrossSite := header.Get("Sec-Fetch-Site") == "cross-site"
	switch {
	case header.Get("Sec-Purpose") != "":
		return refuse("a browser asks for it in advance (Sec-Purpose)")
	case isForm && isCrossSite:
		return refuse("the form is on a page of another site (Sec-Fetch-Site)")
	case isForm && !isOriginOfForm(c, header.Get("Origin")):
		return refuse("the form is on a page of " + call.Quote(header.Get("Origin")))
	case !isForm && isCrossSite && !isNavigation(c.Request):
		return refuse("a page of another site embeds it (Sec-Fetch-Site, Sec-Fetch-Dest)")
	}
	return nil
}

func refuse(why string) error {
	return &pipes.Error{Code: pipes.ForeignOrigin, Message: "The consent page is not decided, because " + why +
		": open its address in the browser, or decide it from a test without the headers of a browser."}
}

// isNavigation reports whether the browser shows the response to the user as a page of its own.
func isNavigation(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// isOriginOfForm reports whether an origin is one that browsers send with the form of the consent page itself. That is
// null, because the page asks for no referrer, or the address at which clients reach the server. In contrast to the
// control plane, which accepts the scheme of the connection alone, a proxy may have taken off TLS.
func isOriginOfForm(c *call.Call, origin string) bool {
	if origin == "" || origin == "null" || strings.HasPrefix(c.BaseURL()+"/", origin+"/") {
		return true
	}
	return strings.EqualFold(origin, "http://"+c.Request.Host) || strings.EqualFold(origin, "https://"+c.Request.Host)
}
