package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/fields"
)

// Decide decides a consent page, as fake.Environment.Decide does, and returns the URL where the page then sends the
// browser. A page that does not exist, was decided before or has expired, and a scope that it does not ask for, fail
// the test.
func (e *Environment) Decide(consentURL string, decision fake.Decision, scopes ...string) (redirect string) {
	e.t.Helper()
	address, err := e.decisionURL(consentURL, decision, scopes)
	if err == nil {
		redirect, err = e.visit(address)
	}
	if err != nil {
		e.fail(fmt.Errorf("Decide: %w", err))
	}
	return redirect
}

// decisionURL returns the URL that carries out a decision when it is opened.
func (e *Environment) decisionURL(consentURL string, decision fake.Decision, scopes []string) (string, error) {
	switch decision {
	case fake.Approve, fake.Deny, fake.Fail:
	default:
		return "", fmt.Errorf("%q is no decision: use fake.Approve, fake.Deny or fake.Fail",
			fields.Abridge(string(decision)))
	}
	const before, after = "/data-integrations/", "/authorize-redirect"
	var opaque string
	if u, err := url.Parse(consentURL); err == nil {
		_, opaque, _ = strings.Cut(u.Path, before)
	}
	opaque, isPage := strings.CutSuffix(opaque, after)
	if !isPage {
		return "", fmt.Errorf("%q is not the URL of a consent page: use the url that POST "+
			"/data-integrations/{slug}/authorize returned", fields.Abridge(consentURL))
	}
	query := url.Values{"consent": {string(decision)}}
	if len(scopes) > 0 {
		query["scope"] = scopes
	}
	return e.url + before + opaque + after + "?" + query.Encode(), nil
}

// visit opens a URL of the server like a browser that does not follow redirects, and returns where it leads.
func (e *Environment) visit(address string) (redirect string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), e.control.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	browser := *e.control.client
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, text, err := (&transport{client: &browser}).send(request)
	switch {
	case err != nil:
		return "", fmt.Errorf("the consent page of %s: %w", e.url, reason(ctx, err))
	case response.StatusCode < http.StatusBadRequest:
		return response.Header.Get("Location"), nil
	}
	failed := errorOf(response, text)
	if refused := new(Error); errors.As(failed, &refused) && refused.Code == "" {
		refused.Message = "the page answers " + response.Status // it is written for people
	}
	return "", failed
}
