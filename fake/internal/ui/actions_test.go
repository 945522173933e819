package ui

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// Undo removes the last switch, then the one before it, and then says that there is none.
func TestUndo(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	use(t, r, "expired", scenarios.Place{})
	use(t, r, "not_installed", scenarios.Place{User: "alice"})
	lastSwitch := func(page string) string { return find(page, `Last switch: <strong>([a-z_]*)</strong>`) }
	if got := lastSwitch(get(t, r, "/_ui/")); got != "not_installed" {
		t.Errorf("the last switch is %q", got)
	}
	for _, one := range []struct{ last, says string }{
		{"expired", "The last switch is undone."},
		{"", "The last switch is undone."},
		{"", "That was refused: <span>"},
	} {
		page := get(t, r, press(r, "undo", nil).Location)
		if got := lastSwitch(page); got != one.last || !strings.Contains(page, one.says) {
			t.Errorf("the last switch is %q, want %q, and the page must say %q", got, one.last, one.says)
		}
	}
}

func TestWhereAnActionLeadsBackTo(t *testing.T) {
	t.Parallel()
	connection := place(scenarios.Key{Provider: "github", User: "alice"})
	for name, one := range map[string]struct {
		form url.Values
		want string
	}{
		"where the form was": {
			url.Values{"back": {"/_ui/clock?environment=ci"}}, "/_ui/clock?did=1&environment=ci",
		},
		"the start, from nowhere":  {url.Values{}, "/_ui/?did=1&environment=ci"},
		"the start, not elsewhere": {url.Values{"back": {"//attacker.example/_ui/"}}, "/_ui/?did=1&environment=ci"},
		"never an action":          {url.Values{"back": {"/_ui/do/reset"}}, "/_ui/?did=1&environment=ci"},
		"the action before goes":   {url.Values{"back": {"/_ui/clock?did=9"}}, "/_ui/clock?did=1"},
		"the table keeps what was picked and opens what was pressed": {
			url.Values{
				"back": {"/_ui/?environment=ci"}, "board": {"1"},
				"scenario": {"a"}, "ttl": {"1m"}, "place": {connection},
			},
			"/_ui/?brush=a&did=1&environment=ci&open=" + url.QueryEscape(connection) + "&ttl=1m",
		},
		"a press on everybody opens nothing": {
			url.Values{"back": {"/_ui/?environment=ci"}, "board": {"1"}, "scenario": {"a"}, "place": {""}},
			"/_ui/?brush=a&did=1&environment=ci&ttl=",
		},
		"away from a deleted environment": {
			url.Values{"back": {"/_ui/environments?environment=ci"}, "deletes": {"1"}, "name": {"ci"}},
			"/_ui/environments?did=1&environment=default",
		},
		"after deleting another one": {
			url.Values{"back": {"/_ui/environments?environment=ci"}, "deletes": {"1"}, "name": {"other"}},
			"/_ui/environments?did=1&environment=ci",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := back(one.form, "ci", "1"); got != one.want {
				t.Errorf("got %s, want %s", got, one.want)
			}
		})
	}
}

func TestAddressesInsideThePage(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/_ui/":                   "/_ui/",
		"/_ui/clock?a=b#c":        "/_ui/clock?a=b#c",
		"":                        "/_ui/",
		"/":                       "/_ui/",
		"/_control/state":         "/_ui/",
		"/_ui/do/reset":           "/_ui/",
		"https://x.example/_ui/":  "/_ui/",
		"//x.example/_ui/":        "/_ui/",
		"/_ui/\\x.example":        "/_ui/",
		"/_ui/a\r\nSet-Cookie: x": "/_ui/",
		"/_ui/%zz":                "/_ui/",
	} {
		if got := Inside(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

// Every form becomes the body that the same control call has by hand.
func TestBodiesOfForms(t *testing.T) {
	t.Parallel()
	type bodyOf = func(url.Values) map[string]any
	for name, one := range map[string]struct {
		body bodyOf
		form string
		want string
	}{
		"a switch for everybody": {switchBody, "scenario=a&place=&ttl=", `{"scenario":"a"}`},
		"a switch for a place": {
			switchBody, "scenario=a&place=" + url.QueryEscape("provider=p&user_id=u"),
			`{"provider":"p","scenario":"a","user_id":"u"}`,
		},
		"a switch for no organization": {
			switchBody, "scenario=a&organization_id=none", `{"organization_id":null,"scenario":"a"}`,
		},
		"a switch that ends":    {switchBody, "scenario=a&ttl=5m", `{"scenario":"a","ttl":"5m"}`},
		"a switch with spaces":  {switchBody, "scenario=a&user_id=+u+", `{"scenario":"a","user_id":"u"}`},
		"a status":              {faultBody, "way=status&status=503&body=x", `{"body":"x","status":503}`},
		"a status that is none": {faultBody, "way=status&status=x", `{"status":"x"}`},
		"a status of infinity":  {faultBody, "way=status&status=Inf", `{"status":"Inf"}`},
		"a delay":               {faultBody, "way=delay&delay=1s", `{"delay":"1s"}`},
		"a delay from a range":  {faultBody, "delay=1s&delay_max=2s", `{"delay":{"max":"2s","min":"1s"}}`},
		"a delay with an end":   {faultBody, "delay_max=2s", `{"delay":{"max":"2s"}}`},
		"a rate limit": {
			faultBody, "way=rate_limit&requests=3&per=1m&by=", `{"rate_limit":{"per":"1m","requests":3}}`,
		},
		"a rate limit for a user": {
			faultBody, "way=rate_limit&requests=3&per=1m&by=user",
			`{"rate_limit":{"by":"user","per":"1m","requests":3}}`,
		},
		"a flag":              {faultBody, "way=hang", `{"hang":true}`},
		"a fault of webhooks": {faultBody, "way=duplicate", `{"duplicate":true,"operation":"webhook"}`},
		"a preset goes first": {
			faultBody, "way=hang&status=1&preset=" + url.QueryEscape("way=status&status=503"), `{"status":503}`,
		},
		"where, how often, how likely": {
			faultBody, "way=hang&operation=token&user_id=u&times=2&probability=0.5",
			`{"hang":true,"operation":"token","probability":0.5,"times":2,"user_id":"u"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form, err := url.ParseQuery(one.form)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(one.body(form))
			if err != nil || string(got) != one.want {
				t.Errorf("got %s, %v, want %s", got, err, one.want)
			}
		})
	}
}

// A form that was refused is shown as it was filled in, and changes nothing.
func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	page := get(t, r, press(r, "advance", url.Values{"by": {"soon"}, "back": {"/_ui/clock"}}).Location)
	if got := find(page, `id="by"[^>]* value="([^"]*)"`); got != "soon" || !strings.Contains(page, "That was refused") {
		t.Errorf("the field has %q in %s", got, page)
	}
	page = get(t, r, press(r, "switch", url.Values{"somebody": {"1"}, "scenario": {"expired"}}).Location)
	if _, n := r.Environment.Switches(1); n != 0 || !strings.Contains(page, "Name a user") {
		t.Errorf("%d switches, and the page is %s", n, page)
	}
}

func TestTheLogKeepsTheLastActions(t *testing.T) {
	t.Parallel()
	var log ActionLog
	for range maxActions + 1 {
		log.add(Action{Done: "x"})
	}
	for number, isKept := range map[string]bool{
		"1": false, "2": true, "101": true, "102": false, "0": false, "-1": false, "": false,
	} {
		if got := log.get(number).Done == "x"; got != isKept {
			t.Errorf("action %q: got %v, want %v", number, got, isKept)
		}
	}
}
