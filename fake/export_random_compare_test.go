package fake_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"example.com/pipesfake/scenarios"
)

// exportNotes are the comments of an export, which list what it leaves out.
type exportNotes []string

func notesOf(exported string) (notes exportNotes) {
	for line := range strings.Lines(exported) {
		if note, is := strings.CutPrefix(line, "# "); is {
			notes = append(notes, strings.TrimSpace(note))
		}
	}
	return notes
}

// has reports whether a note contains a text.
func (n exportNotes) has(text string) bool {
	return slices.ContainsFunc(n, func(note string) bool { return strings.Contains(note, text) })
}

// comparison compares a server that loaded an export with the server that was exported.
type comparison struct {
	run, again *exportRun
	exported   string
	notes      exportNotes
	skipped    bool   // whether a connection was left out
	later      string // how much later than the export
}

// The clocks of both servers are moved by these durations, and everything is compared after each.
func laterInstants() []string {
	return []string{"0s", "3m", "5m", "51m", "4h", "-7m"}
}

func (run *exportRun) compare(again *exportRun, exported string) {
	run.Helper()
	c := &comparison{run, again, exported, notesOf(exported), false, ""}
	c.compareEnvironment()
	if c.notes.has("more than a hundred years away.") || c.notes.has("because it was set back.") {
		return // the export leaves out when things came into force
	}
	if c.notes.has("Different: the state of provider ") {
		run.fail("the export knows that it is wrong:\n%s", exported)
	}
	for _, by := range laterInstants() {
		c.later += " " + by
		for _, each := range []*exportRun{run, again} {
			if status, answer := each.call("POST", "/_control/clock/advance", `{"by": "`+by+`"}`); status == 422 {
				return // a hundred years from the start
			} else if status != 200 {
				run.fail("the clock: %s", answer)
			}
		}
		for _, provider := range run.providers {
			for _, user := range []string{"alice", "bob"} {
				c.compareConnection(scenarios.Key{Provider: provider, User: user})
				c.compareConnection(scenarios.Key{Provider: provider, User: user, Organization: "org_acme"})
			}
			c.compareConnection(scenarios.Key{Provider: provider, Organization: "org_acme"})
			c.compareConnection(scenarios.Key{Provider: provider, User: "nobody"})
		}
		c.compareDataProviders()
	}
}

// both makes a call to both servers and compares the responses, without the given fields.
func (c *comparison) both(method, path, body string, without ...string) (status int, answer any) {
	c.run.Helper()
	status, answer, difference := c.difference(method, path, body, without...)
	if difference != "" {
		c.run.fail("%s", difference)
	}
	return status, answer
}

// difference describes how the responses to a call differ; empty means that they are equal.
func (c *comparison) difference(method, path, body string, without ...string) (
	status int, answer any, difference string,
) {
	c.run.Helper()
	is, text := c.run.call(method, path, body)
	got, loaded := c.again.call(method, path, body)
	a, b := scrubbed(text, without), scrubbed(loaded, without)
	if is != got || !reflect.DeepEqual(a, b) {
		difference = fmt.Sprintf("%s %s %s, later by%s:\n%d %v\nloaded:\n%d %v\n%s",
			method, path, body, c.later, is, a, got, b, c.exported)
	}
	return is, a, difference
}

// scrubbed returns JSON without some fields, and without dates of creation, which no export has.
func scrubbed(text string, without []string) any {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	without = append([]string{"created_at", "updated_at", "createdAt", "updatedAt", "message"}, without...)
	var scrub func(value any) any
	scrub = func(value any) any {
		switch v := value.(type) {
		case map[string]any:
			for _, name := range without {
				delete(v, name)
			}
			for name := range v {
				v[name] = scrub(v[name])
			}
		case []any:
			for i := range v {
				v[i] = scrub(v[i])
			}
		}
		return value
	}
	return scrub(value)
}

// isLeftOut reports whether an export leaves out a connection.
func (c *comparison) isLeftOut(key scenarios.Key) bool {
	ownership := "user"
	if key.User == "" {
		ownership = "organization"
	}
	integration := "the data integration " + key.Provider + " of ownership " + ownership
	place := scenarios.Place{Provider: key.Provider, User: key.User, Organization: key.Organization}.String()
	if c.notes.has("the fault in the step of " + place + " starts again") {
		return true
	}
	if c.notes.has("no call requested, because the clock was set back") && !c.run.asked[key] {
		return true
	}
	either := c.notes.has("that the data integration " + key.Provider + " of ownership ")
	gone := c.notes.has("that "+integration+" was deleted") || either && !c.run.asked[key]
	emptied := key.User == "" && !c.run.asked[key] &&
		c.notes.has("connections that organizations own with "+key.Provider+":")
	other := emptied || c.notes.has(integration+", which a file describes together")
	return gone || other
}

// unsaid returns the fields of a connection that the export leaves out.
func (c *comparison) unsaid(key scenarios.Key) (without []string) {
	place := scenarios.Place{Provider: key.Provider, User: key.User, Organization: key.Organization}.String()
	add := func(said bool, fields ...string) {
		if said {
			without = append(without, fields...)
		}
	}
	add(c.notes.has("the id of "+place+", which was deleted"), "id", "connected_account_id", "api_key_last_4")
	add(c.notes.has("the client_id and client_secret that were given for "+place+"."),
		"client_id", "client_secret_last_4")
	add(c.notes.has("the config of "+place+"."), "config", "metadata")
	pinned := c.notes.has("in the config of the data integration " + key.Provider + ", which is not a name")
	add(pinned || c.notes.has("that the data integration "+key.Provider+" of ownership "), "config", "metadata")
	add(c.notes.has("account_display_name of "+place+"."), "account_identifier", "account_display_name")
	add(c.notes.has("the established_by_user_id of "+place+"."), "established_by_user_id")
	add(c.notes.has("more connected accounts of "+place+"."), "connected_accounts")
	add(c.notes.has("the token of "+place+" never expires"), "expires_at")
	given := c.notes.has("the secret that was given for " + place + ".")
	add(given || c.notes.has("Left out: an access_token of switch"), "value", "access_token_text", "api_key_last_4")
	asked := c.notes.has(" have the scopes that " + key.Provider + " requests only since a call")
	none := c.notes.has("that " + key.Provider + " asks for no scopes")
	add((asked || none) && !c.run.asked[key], "scopes", "missing_scopes")
	return without
}

func (c *comparison) compareConnection(key scenarios.Key) {
	c.run.Helper()
	if c.isLeftOut(key) {
		c.skipped = true
		return
	}
	without := c.unsaid(key)
	query := url.Values{"provider": {key.Provider}, "organization_id": {key.Organization}, "user_id": {key.User}}
	if key.User == "" {
		query.Del("user_id")
		query.Set("connection_owner", "organization")
	}
	if key.Organization == "" {
		query.Set("organization_id", "none")
	}
	words := slices.Concat(without, []string{"scenario", "steps", "decided_by", "because", "auth_method"})
	status, view, difference := c.difference("GET", "/_control/scenario?"+query.Encode(), "", words...)
	expires := ""
	if status == 200 {
		expires = fmt.Sprint(view.(map[string]any)["expires_at"])
	}
	for _, endpoint := range []string{"token", "credentials"} {
		if c.compareToken(key, endpoint, expires, without) == 404 {
			return // no such connection can exist
		}
	}
	if difference != "" {
		c.run.fail("%s", difference)
	}
	c.both("GET", ownerPath(key), "", without...)
}

// compareToken compares the tokens of a connection, unless the export says that its next tokens differ.
func (c *comparison) compareToken(key scenarios.Key, endpoint, expires string, without []string) (status int) {
	c.run.Helper()
	countsAnew := c.notes.has("the next tokens of connections")
	isAnother := countsAnew && c.later != " 0s"
	texts := [2]string{}
	answers := [2]any{}
	statuses := [2]int{}
	for i, each := range []*exportRun{c.run, c.again} {
		var text string
		statuses[i], text = each.call("POST", "/data-integrations/"+key.Provider+"/"+endpoint, ownerBody(key))
		answers[i] = scrubbed(text, slices.Concat(without, []string{"value"}))
		body, _ := answers[i].(map[string]any)
		if inside, is := body["access_token"].(map[string]any); is {
			texts[i] = fmt.Sprint(inside["access_token"])
			isAnother = isAnother || countsAnew && fmt.Sprint(inside["expires_at"]) != expires
			delete(inside, "access_token")
		}
	}
	if slices.Contains(without, "access_token_text") || isAnother {
		texts = [2]string{}
	}
	if statuses[0] != statuses[1] || !reflect.DeepEqual(answers[0], answers[1]) || texts[0] != texts[1] {
		c.run.fail("%s of %v, later by%s:\n%d %s %v\nloaded:\n%d %s %v\n%s", endpoint, key, c.later,
			statuses[0], texts[0], answers[0], statuses[1], texts[1], answers[1], c.exported)
	}
	return statuses[0]
}

// compareDataProviders compares what each owner can connect to. Connections are compared elsewhere.
func (c *comparison) compareDataProviders() {
	c.run.Helper()
	without := []string{"connected_account", "connected_accounts", "id"}
	if c.skipped || c.notes.has(", which a file describes together") || c.notes.has("was deleted. Without strict") {
		return // the list has only providers that the owner was seen with
	}
	if c.notes.has("requests only since a call") || c.notes.has("asks for no scopes") {
		without = append(without, "scopes")
	}
	c.bothSorted("/user_management/users/alice/data_providers", without)
	c.bothSorted("/organizations/org_acme/data_providers", without)
}

// compareEnvironment compares everything that does not belong to one connection.
func (c *comparison) compareEnvironment() {
	c.run.Helper()
	if !c.notes.has("Left out: the fault ") {
		c.both("GET", "/_control/faults", "", "id", "defined_at", "struck", "times")
	}
	// A fault that begins again, or is left out, applies to other calls than before.
	if c.notes.has("starts again, with its limit") || c.notes.has("Left out: the fault ") {
		c.run.call("DELETE", "/_control/faults", "")
		c.again.call("DELETE", "/_control/faults", "")
	}
	c.both("GET", "/_control/clock", "", "frozen")
	c.both("GET", "/_control/scenarios", "", "defined_at")
	if !c.notes.has("webhook endpoint") {
		c.both("GET", "/webhook_endpoints?limit=100&order=asc", "")
	}
	if c.notes.has(", which a file describes together") || c.notes.has("was deleted. Without strict") {
		return
	}
	without := []string{"list_metadata"}
	for note, fields := range map[string]string{
		"the id of the data integration":                          "id redirect_uri",
		"the custom_provider of":                                  "custom_provider",
		"which are null":                                          "scopes",
		"for which":                                               "scopes",
		"asks for no scopes":                                      "scopes",
		"which is not a name in a file":                           "config",
		"the credentials and the config that organization":        "config",
		"the client_id and client_secret of the data integration": "client_id redacted_client_secret",
		"the client_id and client_secret that organization":       "client_id client_secret_last_four has_credentials",
	} {
		if c.notes.has(note) {
			without = append(without, strings.Fields(fields)...)
		}
	}
	c.bothSorted("/data-integrations?limit=100&order=asc", without)
	c.bothSorted("/organizations/org_acme/data_integration_configurations", without)
}

// bothSorted compares two lists by slug: an export lists the file's integrations in the order of their names.
func (c *comparison) bothSorted(path string, without []string) {
	c.run.Helper()
	texts := [2]string{}
	for i, each := range []*exportRun{c.run, c.again} {
		status, text := each.call("GET", path, "")
		value, _ := scrubbed(text, without).(map[string]any)
		list, _ := value["data"].([]any)
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(nameOfItem(a), nameOfItem(b)) })
		indented, err := json.MarshalIndent(list, "", " ")
		if err != nil {
			c.run.fail("%v", err)
		}
		texts[i] = fmt.Sprintf("%d %s", status, indented)
	}
	if texts[0] != texts[1] {
		c.run.fail("GET %s: %s\n%s", path, firstDifference(texts[0], texts[1]), c.exported)
	}
}

// firstDifference returns the lines at which two texts begin to differ, with some lines before them.
func firstDifference(is, loaded string) string {
	a, b := strings.Split(is, "\n"), strings.Split(loaded, "\n")
	i := 0
	for i < min(len(a), len(b))-1 && a[i] == b[i] {
		i++
	}
	from := max(0, i-20)
	return strings.Join(a[from:i+1], "\n") + "\nloaded: " + b[i]
}

func nameOfItem(item any) string {
	fields, _ := item.(map[string]any)
	return fmt.Sprint(fields["slug"], fields["ownership"])
}
