// Package consent is the consent page, to which authorize leads the user's browser: the user approves or denies a
// connection there, or lets the provider fail, and is sent back to the application.
package consent

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// onlyIn is the header by which tests say in which environment they expect the page. Browsers do not send it.
const onlyIn = "X-Pipesfake-Environment"

// Routes returns the routes of the consent page. It needs no API key: whoever knows its address may use it. The address
// belongs to the environment that made it.
func Routes(environments *environment.Registry) []call.Route {
	const path = "/data-integrations/{opaque:[^/]+}/authorize-redirect"
	environmentOf := func(c *call.Call) (name, token string) {
		if only := c.Request.Header.Get(onlyIn); only != "" && environments.Exists(only) {
			return only, ""
		}
		for _, one := range environments.Candidates(c.Vars["opaque"]) {
			if one.HasAuthorization(c.Vars["opaque"]) {
				return one.Name(), ""
			}
		}
		return apikey.DefaultName, ""
	}
	subjectOf := func(c *call.Call) (key scenarios.Key, apiKey string) {
		return c.Environment.AuthorizationOf(c.Vars["opaque"]), ""
	}
	page := call.Route{
		Operation: "consent", Method: "GET", Path: path, Handle: show, InvalidStatus: 400,
		EnvironmentOf: environmentOf, SubjectOf: subjectOf,
		TokenOf: func(_ *http.Request, vars map[string]string) string { return vars["opaque"] },
	}
	form := page
	form.Method, form.Handle = "POST", decide
	return []call.Route{page, form}
}

// show shows which connection is to be made, and with which scopes. If the file, the scenario in force or the query
// already has a decision, it is carried out at once, unless the request is a HEAD, which changes nothing.
func show(c *call.Call) (call.Reply, error) {
	page, err := c.Environment.Consent(c.Vars["opaque"])
	if err != nil {
		return refusal(c, err)
	}
	decision, err := decisionWithoutForm(c.Query, page.Consent)
	if err != nil {
		return refusal(c, err)
	}
	if decision != scenarios.Ask && c.Request.Method != http.MethodHead {
		if err := checkSite(c); err != nil {
			return refusal(c, err)
		}
		return carryOut(c, decision, c.Query["scope"])
	}
	reply := htmlReply(http.StatusOK, content{
		Title: "Connect " + page.Provider, Page: &page, Action: c.BaseURL() + c.Request.URL.EscapedPath(),
	})
	reply.Key = page.Key
	return reply, nil
}

// decide carries out the decision of the form.
func decide(c *call.Call) (call.Reply, error) {
	decision, granted, err := decisionOfForm(c.Body)
	if err != nil {
		return refusal(c, err)
	}
	if err := checkSite(c); err != nil {
		return refusal(c, err)
	}
	return carryOut(c, decision, granted)
}

// decisionWithoutForm returns what the page does when it is opened: what the query says with consent=, else a default.
// Ask means that the user decides.
func decisionWithoutForm(query url.Values, byDefault string) (decision string, err error) {
	values, isGiven := query["consent"]
	if !isGiven {
		return byDefault, nil
	}
	if !slices.Contains(scenarios.Consents(), values[0]) {
		return "", call.Invalid("consent", "consent must be one of "+strings.Join(scenarios.Consents(), ", "))
	}
	return values[0], nil
}

// decisionOfForm returns the decision of a form, and the scopes that the user left checked. It returns no nil scopes,
// which would mean all of them.
func decisionOfForm(body []byte) (decision string, granted []string, err error) {
	form, err := url.ParseQuery(string(body))
	decision = form.Get("decision")
	if err != nil || !slices.Contains([]string{scenarios.Approve, scenarios.Deny, scenarios.Fail}, decision) {
		return "", nil, call.Invalid("decision", "decision must be approve, deny or fail")
	}
	return decision, append([]string{}, form["scope"]...), nil
}

// carryOut makes the connection or lets it fail, and sends the user back to the application.
func carryOut(c *call.Call, decision string, granted []string) (call.Reply, error) {
	a, err := c.Environment.DecideConsent(c.Vars["opaque"], decision, granted)
	if err != nil {
		return refusal(c, err)
	}
	reply := replyAfter(a)
	reply.Key, reply.Changed = a.Key, "consent: "+a.Decided
	return reply, nil
}

// replyAfter returns the response to a decision: a redirect to the application, or a page if it named no address.
func replyAfter(a model.Authorization) call.Reply {
	if a.ReturnTo == "" {
		text := "The answer was: " + a.Decided + ". You can close this window."
		return htmlReply(http.StatusOK, content{Title: "Done", Text: text})
	}
	location := returnAddress(a)
	reply := htmlReply(http.StatusFound, content{Title: "Back to the application", Link: location})
	reply.Header.Set("Location", location)
	return reply
}

// returnAddress returns where the user is sent after a decision. If the application has to finish the connection, the
// address has the state, and the code for it (source: Python SDK 10.8) or an OAuth error (inferred).
func returnAddress(a model.Authorization) string {
	state := "&state=" + url.QueryEscape(a.State)
	switch {
	case a.Code != "":
		return withQuery(a.ReturnTo, "connect_code="+url.QueryEscape(a.Code)+state)
	case a.Challenge == "":
		return a.ReturnTo
	case a.Decided == scenarios.Deny:
		return withQuery(a.ReturnTo, "error=access_denied"+state)
	}
	return withQuery(a.ReturnTo, "error=server_error"+state)
}

// withQuery adds parameters to the query of an address, and leaves the rest of it byte for byte.
func withQuery(address, parameters string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + parameters
	if hasFragment {
		address += "#" + fragment
	}
	return address
}
