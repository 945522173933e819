package consent

import (
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
)

// checkSite refuses a decision that a page of another site makes without the user: by an image, a frame, a prefetch, or
// a form of its own. The user can still follow a link of such a page to the consent page. Requests without the headers
// of browsers are of tests and tools, and may decide. Its error is foreign_origin.
func checkSite(c call.Call) error {
	isCrossSite := c.Request.Header.Get("Sec-Fetch-Site") == "cross-site"
	switch {
	case c.Request.Header.Get("Sec-Purpose") != "":
		return refuse("a browser asks for it in advance (Sec-Purpose)")
	case c.Request.Method == http.MethodPost && isCrossSite:
		return refuse("the form stands on a page of another site (Sec-Fetch-Site)")
	case c.Request.Method == http.MethodPost && !isOwnOrigin(c, c.Request.Header.Get("Origin")):
		return refuse("the form stands on a page of " + call.Quote(c.Request.Header.Get("Origin")))
	case c.Request.Method != http.MethodPost && isCrossSite && !isNavigation(c.Request):
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

// isOwnOrigin reports whether a form comes from the consent page itself. Its policy of no referrer makes browsers send
// the origin null.
func isOwnOrigin(c call.Call, origin string) bool {
	switch {
	case origin == "", origin == "null", strings.HasPrefix(c.BaseURL()+"/", origin+"/"):
		return true
	}
	return strings.EqualFold(origin, "http://"+c.Request.Host) || strings.EqualFold(origin, "https://"+c.Request.Host)
}
