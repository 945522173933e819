// Package consentpage addresses consent pages for package fake and package client, which decide them for tests.
package consentpage

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// The path of a page, around its opaque part.
const (
	before = "/data-integrations/"
	after  = "/authorize-redirect"
)

// Opaque returns the part of a page's URL that names the page. Its error is about the decision, or about a URL that is
// not that of a consent page.
func Opaque(consentURL, decision string) (string, error) {
	if !slices.Contains([]string{scenarios.Approve, scenarios.Deny, scenarios.Fail}, decision) {
		return "", fmt.Errorf("%q is no decision: use fake.Approve, fake.Deny or fake.Fail", fields.Abridge(decision))
	}
	var opaque string
	if u, err := url.Parse(consentURL); err == nil {
		_, opaque, _ = strings.Cut(u.Path, before)
	}
	opaque, isPage := strings.CutSuffix(opaque, after)
	if !isPage {
		return "", fmt.Errorf("%q is not the URL of a consent page: use the url that POST "+
			"/data-integrations/{slug}/authorize returned", fields.Abridge(consentURL))
	}
	return opaque, nil
}

// NotIn returns the error for a page that an environment does not have.
func NotIn(environment, opaque string) error {
	return fmt.Errorf("environment %s has no consent page %q: it belongs to another environment, "+
		"or the environment was reset since", environment, fields.Abridge(opaque))
}

// Decided returns the URL that carries out a decision when it is opened. The scopes are those that the user grants: all
// that are asked for if none is named.
func Decided(server, opaque, decision string, scopes []string) string {
	query := url.Values{"consent": {decision}}
	if len(scopes) > 0 {
		query["scope"] = scopes
	}
	return server + before + opaque + after + "?" + query.Encode()
}
