package fake_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// press does what a button of the page does, and returns where it leads.
func (w world) press(action string, form url.Values, headers ...string) string {
	w.t.Helper()
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	request := newRequest(w.t, "POST", w.URL()+"/_ui/do/"+action, strings.NewReader(form.Encode()), headers...)
	return exchange(w.t, withoutRedirects(w.Client()), request).header.Get("Location")
}

// Every action of the page is a control call, and the page shows that call.
func TestActionsOfThePage(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nfaults: [{status: 503, operation: relay}]\n", fake.WithTime(noon))
	w.token("github", "alice")
	for _, one := range []struct{ action, form, call string }{
		{
			"switch",
			"scenario=expired&place=user_id%3Dalice%26organization_id%3D&ttl=5m",
			`-X PUT 'URL/_control/scenario' -d '{"organization_id":null,"scenario":"expired","ttl":"5m",` +
				`"user_id":"alice"}'`,
		},
		{"undo", "", `-X DELETE 'URL/_control/scenario'`},
		{"undo", "", "nothing to take back"},
		{"switch", "scenario=expird&place=", "did you mean expired?"},
		{"freeze", "", `-d '{"frozen":true}'`},
		{"advance", "by=5m", `-d '{"by":"5m"}'`},
		{"set", "now=2026-11-23T13:00:00Z", `-d '{"now":"2026-11-23T13:00:00Z"}'`},
		{"real", "", `"frozen":false`},
		{"unfreeze", "", `-d '{"frozen":false}'`},
		{
			"fault",
			"way=status&status=429&retry_after=1&operation=token&times=2",
			`-d '{"operation":"token","retry_after":1,"status":429,"times":2}'`,
		},
		{"fault", "way=hang&user_id=a%27b", `"user_id":"a'\''b"`},
		{"fault", "way=delay&delay=2s&times=x", "times must be a whole number"},
		{
			"fault",
			"way=delay&delay=100ms&delay_max=2s&organization_id=none&probability=0.5",
			`-d '{"delay":{"max":"2s","min":"100ms"},"organization_id":null,"probability":0.5}'`,
		},
		{
			"fault", "way=rate_limit&requests=10&per=1m&by=user",
			`-d '{"rate_limit":{"by":"user","per":"1m","requests":10}}'`,
		},
		{"fault", "way=off_contract&off_contract=missing_field&status=503", `-d '{"off_contract":"missing_field"}'`},
		{
			"fault", "way=late&organization_id=org_1",
			`-d '{"late":true,"operation":"webhook","organization_id":"org_1"}'`,
		},
		{"fault", "preset=way%3Dstatus%26status%3D503&user_id=alice", `-d '{"status":503,"user_id":"alice"}'`},
		{
			"switch",
			"scenario=expired&somebody=1&user_id=zoe&organization_id=none",
			`-d '{"organization_id":null,"scenario":"expired","user_id":"zoe"}'`,
		},
		{"switch", "scenario=expired&somebody=1", "Name a user"},
		{"lift", "id=fault_2", `-X DELETE 'URL/_control/faults/fault_2'`},
		{"lift-all", "", `-X DELETE 'URL/_control/faults'`},
		{"snapshot", "name=a", `-d '{"name":"a"}'`},
		{"restore", "name=a", `-X POST 'URL/_control/snapshots/a/restore'`},
		{"forget", "name=a", `-X DELETE 'URL/_control/snapshots/a'`},
		{"redeliver", "id=delivery_1", "No webhook"},
		{"clear", "", `-X DELETE 'URL/_control/requests'`},
		{"delete", "name=other%2Fx&deletes=1", "There is no environment"},
		{"reset", "", `-X POST 'URL/_control/reset'`},
	} {
		form, err := url.ParseQuery(one.form)
		if err != nil {
			t.Fatal(err)
		}
		form.Set("back", "/_ui/clock?environment=default")
		to := w.press(one.action, form)
		if !strings.HasPrefix(to, "/_ui/clock?") {
			t.Errorf("%s leads to %s", one.action, to)
		}
		page := html(string(w.do("GET", to, "").body))
		if want := strings.ReplaceAll(one.call, "URL", w.URL()); !strings.Contains(page, want) {
			_, after, _ := strings.Cut(page, `class="did"`)
			t.Errorf("%s %s: the page lacks %s:\n%.600s", one.action, one.form, want, after)
		}
	}
	expect(t, "without an action, the page shows none", w.do("GET", "/_ui/", "").says(`class="did"`), false)
	for _, back := range []string{"https://evil.example.com/", "//evil.example.com", "/_ui/\r\nx", `/_ui/\evil`} {
		to, _, _ := strings.Cut(w.press("freeze", url.Values{"back": {back}}), "did=")
		expect(t, back, to, "/_ui/?")
	}
	w.tries(
		try{"no such action", "POST /_ui/do/explode", "x", 404, "no such action"},
		try{"no such part", "GET /_ui/nothing", "", 404, "no such view"},
		try{"no such file", "GET /_ui/static/../ui.go", "", 404, ""},
		try{"a licence", "GET /_ui/static/LICENSES.txt", "", 200, "Zero-Clause BSD"},
		try{"a request that is gone", "GET /_ui/requests/req_default_999999", "", 422, "has no request"},
	)
	expect(t, "nothing of it is in the journal", len(w.Requests()) <= 1, true)
}

// html returns text without HTML escapes.
func html(page string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&#43;", "+", "&#96;", "`",
		"&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(page)
}

// With thousands of owners, the page shows some at a time, and the server searches them.
func TestManyConnectionsOnThePage(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("version: 1\nconnections:\n")
	for i := range 10_000 {
		file.WriteString("  - {provider: github, user_id: user_" + strings.Repeat("0", i%3) +
			time.Duration(i).String() + ", scenario: expired}\n")
	}
	w := withFile(t, file.String())
	page := w.do("GET", "/_ui/", "")
	if n := strings.Count(string(page.body), `class="cell`); n != 50 || len(page.body) > 100_000 {
		t.Errorf("%d cells in %d bytes", n, len(page.body))
	}
	expect(t, "how many", page.says("1 to 50 of 10000"), true)
	expect(t, "the next page", w.do("GET", "/_ui/?from=9990", "").says("9991 to 10000 of 10000"), true)
	expect(t, "a search, in any case", w.do("GET", "/_ui/?search=USER_9.999%C2%B5s", "").says("1 in total"), true)
	expect(t, "of nobody", w.do("GET", "/_ui/?search=nobody", "").says("No user is called “nobody” yet"), true)
	w.token("slack", "somebody_new")
	expect(t, "who was seen since", w.do("GET", "/_ui/?search=somebody", "").says("1 in total"), true)
	w.Reset()
	expect(t, "until the reset",
		w.do("GET", "/_ui/?search=somebody", "").says("No user is called “somebody” yet"), true)
}

// live opens the live stream. The function that it returns waits until the stream has sent every wanted event, each
// with a part of its data.
func (w world) live() (tells func(wanted map[string]string)) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	w.t.Cleanup(cancel)
	response := openStream(ctx, w.t, w.Client(), w.URL()+"/_control/events")
	expect(w.t, "the type", response.Header.Get("Content-Type"), "text/event-stream")
	lines := bufio.NewScanner(response.Body)
	lines.Scan() // it has begun
	return func(wanted map[string]string) {
		w.t.Helper()
		for event := ""; len(wanted) > 0 && lines.Scan(); {
			if name, is := strings.CutPrefix(lines.Text(), "event: "); is {
				event = name
			}
			if want, waited := wanted[event]; waited && strings.HasPrefix(lines.Text(), "data: ") &&
				strings.Contains(lines.Text(), want) {
				delete(wanted, event)
			}
		}
		if len(wanted) > 0 {
			w.t.Errorf("it never sent %v: %v", wanted, lines.Err())
		}
	}
}

// The live stream sends requests, switches, events and webhooks as they happen, and ends when its client leaves.
func TestLiveStream(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.token("github", "alice")
	tells := w.live()
	w.Use("not_installed", fake.User("alice"))
	w.token("github", "alice")
	tells(map[string]string{
		"request": `"operation":"token"`,
		"switch":  `"scenario":"not_installed"`,
		"event":   `"event":"pipes.connected_account.disconnected"`,
		"change":  "changes",
	})
}

// The live stream sends what time alone changes, too, when it happens: the end of a ttl, the end of a step.
func TestLiveStreamSendsChangesCausedByTime(t *testing.T) {
	t.Parallel()
	w := withFile(t, scripts)
	w.token("github", "alice")
	tells := w.live()
	w.do("PUT", "/_control/scenario", `{"scenario": "not_installed", "user_id": "alice", "ttl": "300ms"}`)
	tells(map[string]string{"event": `"event":"pipes.connected_account.connected"`})
	w.do("PUT", "/_control/scenario", `{"scenario": {"steps": [{"scenario": "active", "for": "300ms"}, `+
		`{"scenario": "needs_reauthorization"}]}, "user_id": "alice"}`)
	tells(map[string]string{"event": `"event":"pipes.connected_account.reauthorization_needed"`})
	tells(map[string]string{"change": "changes"})
}

// Clients that do not read the live stream block neither other calls nor the end of the server. Connections in memory
// have no buffer, unlike those of a network.
func TestUnreadLiveStreamsBlockNobody(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		for range 20 {
			openStream(t.Context(), t, w.Client(), w.URL()+"/_control/events")
		}
		for i := range 300 {
			w.token("github", fmt.Sprint("user_", i))
		}
		began := time.Now()
		time.Sleep(time.Second) // now each stream has told what nobody takes
		w.token("github", "alice")
		expect(t, "a call was held up for", time.Since(began)-time.Second, 0)
		w.Close()
		expect(t, "the end was held up for", time.Since(began)-time.Second, 0)
	})
}

// The curl command of a request goes to the address that the application called, sends the same request, and contains
// no secret. The commands of control calls go to the control plane.
func TestCurlCommandsOfRequests(t *testing.T) {
	t.Parallel()
	server, err := fake.New(fake.WithControlApart())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	api, control := httptest.NewServer(server), httptest.NewServer(server.ControlHandler())
	t.Cleanup(api.Close)
	t.Cleanup(control.Close)
	imported := exchange(t, http.DefaultClient,
		newRequest(t, "POST", api.URL+"/user_management/users/it's/connected_accounts/github?x=1",
			strings.NewReader(`{"access_token": "gho_0123456789abcdef", "scopes": ["a'b"]}`),
			"Authorization", "Bearer sk_env_one", "Content-Type", "application/json; charset=utf-8"))
	shown := control.URL + "/_ui/requests/" + imported.header.Get("X-Request-ID") + "?environment=one"
	page := html(string(exchange(t, http.DefaultClient, newRequest(t, "GET", shown, nil)).body))
	for _, want := range []string{
		`curl -X POST '` + api.URL + `/user_management/users/it'\''s/connected_accounts/github?x=1' -H ` +
			`'Authorization: Bearer sk_env_one' -H 'Content-Type: application/json; ` +
			`charset=utf-8' --data-raw '{"access_token": "'"$ACCESS_TOKEN"'", "scopes": ["a'\''b"]}'`,
		`<code>ACCESS_TOKEN</code>`, "X-Request-Id: req_one_",
		`curl -X POST '` + control.URL + `/_control/faults?environment=one' -d ` +
			`'{"operation":"import_connected_account","organization_id":null,"provider":"github",` +
			`"status":503,"times":1,"user_id":"it'\''s"}'`,
		`- {status: 503, operation: import_connected_account, provider: github, user_id: it's, ` +
			`organization_id: null, times: 1}`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "gho_") {
		t.Error("the page tells the token")
	}
	if t.Failed() {
		_, after, _ := strings.Cut(page, "Send it again")
		t.Logf("%.2500s", after)
	}
}

// After deleting the environment that it shows, the page shows default and the call that was made. The deleted
// environment is not created again.
func TestDeletingTheEnvironmentOfThePage(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.do("GET", "/_ui/?environment=other", "")
	to := w.press("delete", url.Values{
		"name":    {"other"},
		"deletes": {"1"},
		"back":    {"/_ui/environments?environment=other"},
	})
	page := w.do("GET", to, "")
	expect(t, "where it leads", strings.Contains(to, "environment=default"), true)
	expect(t, "the call", page.says("-X DELETE"), true)
	expect(t, "it is gone", strings.Contains(w.environments(), "other"), false)
}

// The page describes errors in words, keeps what was filled in, and asks before it deletes something for good.
func TestErrorsOnThePage(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n"+
		"scenarios:\n"+
		"  slow:\n"+
		"    steps:\n"+
		"      - {scenario: active, for: 10m}\n"+
		"      - {scenario: expired}\n"+
		"start: slow\n")
	w.token("github", "alice")
	w.tries(
		try{
			"a status that is none", "GET /_ui/requests?status=abc", "",
			422, "status must be a whole number from 200 to 599",
		},
		try{"nothing matches", "GET /_ui/requests?user_id=nobody", "", 200, "No request matches"},
		try{"an environment that is none", "GET /_ui/?environment=x%20y", "", 422, "environment must be one name"},
		try{"the line of start", "GET /_ui/file", "", 200, `<li id="line-7" class="force">`},
		try{"the step", "GET /_ui/file", "", 200, `<li id="line-5" class="force">`},
		try{"not the other step", "GET /_ui/file", "", 200, `<li id="line-6"><code>`},
	)
	for _, one := range []struct{ way, field, wrong string }{
		{"way=status&status=abc", "abc", "status must be a whole number"},
		{"way=delay&delay=soon", "soon", "delay"},
		{"way=drip&drip=x&times=7", "7", "drip"},
	} {
		form, err := url.ParseQuery(one.way)
		if err != nil {
			t.Fatal(err)
		}
		form.Set("back", "/_ui/faults?environment=default")
		page := w.do("GET", w.press("fault", form), "")
		expect(t, one.way+" is kept", page.says(`value="`+one.field+`"`), true)
		expect(t, one.way+" is refused", page.says(one.wrong), true)
	}
}
