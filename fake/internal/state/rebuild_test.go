package state

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

const rebuiltFile = `
providers:
  acme: {auth_methods: [api_key], credentials: custom}
  other: {scopes: [read]}
scenarios:
  twice:
    steps:
      - {scenario: active, times: 2}
      - {scenario: needs_reauthorization, for: 5m}
      - {scenario: active}
connections:
  - {provider: github, user_id: listed, scenario: twice}
webhooks:
  - {url: "http://localhost/hook", secret: whsec_test}
faults:
  - {status: 503, times: 3}
`

// full returns a state that has something of everything.
func full(tb testing.TB) *State {
	tb.Helper()
	s := begin(tb, rebuiltFile)
	now := start().Add(time.Minute)
	listed := s.seen(githubOf("listed", ""))
	s.Decide(listed, now).Run.CountCall(now)
	v := s.ViewAt(listed, now)
	s.Issue(listed, v.Token, v.Minted)
	s.switchTo(tb, "twice", Place{User: "bob"}, time.Minute, time.Hour)
	bob := s.seen(githubOf("bob", "acme"))
	s.Decide(bob, now)
	imported := s.NewWrite("imported", scenarios.State{}, now)
	bob.Stored = &Stored{Write: imported, Method: scenarios.OAuth, Secret: "gho_x", EstablishedBy: "bob"}
	second := Identity{Key: bob.Key, Index: 1}
	s.Connections.AddOther(&Connection{Identity: second, EmittedState: scenarios.NotInstalled})
	bob.Added, bob.TokenGeneration, bob.Authorized, bob.Incarnation = 1, 2, 3, 4
	bob.SeenAfter = 1
	bob.EmittedState, bob.EmittedScopes = scenarios.Connected, []string{"repo"}
	bob.setHistory(History{Refreshes: []Refresh{{Directive: 1, State: 2, At: now}}})
	shown := s.ViewAt(bob, now)
	s.AddEvent(Event{
		Identity: bob.Identity, Name: pipes.EventConnected, State: scenarios.Connected, At: now,
		Details: s.DetailsOf(bob, &shown),
	})
	s.AddEvent(Event{
		Identity: bob.Identity, Name: pipes.EventAddFailed, At: now,
		Failure: &Failure{Code: "c", Identifier: "octocat"},
	})
	s.OpenCatalog()
	old := s.Catalog.Find("acme", scenarios.OwnerUser)
	s.Catalog.MarkRemoved(old, s.NewWrite("deleted", scenarios.State{State: scenarios.NotInstalled}, now))
	s.Catalog.Remove(old)
	s.NoteScopeChange(ScopeSource{Slug: "github", Organization: "acme"}, nil, []string{"repo"})
	key := OverrideKey{Organization: "acme", Slug: "github"}
	s.Catalog.Overrides[key] = CalledOverride{key, Override{Override: scenarios.Override{Scopes: []string{"repo"}}}}
	request := ConsentRequest{Query: Query{Key: bob.Key}}
	s.AddConsent(&Authorization{ConsentRequest: request, Opaque: "op", Code: "code", At: now})
	s.RememberAnswered(Answered{Key: "key", Digest: "digest", Body: "{}"})
	s.RewindCount = 1
	s.Rewinds = s.Rewinds.Add(1, now.Add(time.Hour))
	return s
}

// outline returns what calls would see of a state.
func outline(s *State, now time.Time) string {
	var text strings.Builder
	s.Connections.Each(func(r *Connection) {
		v := s.ViewAt(r, now)
		holders := s.holdersOf(v.Token)
		fmt.Fprintln(&text, r.Key, r.Index, describe(v), v.Token, v.ID(), v.Decision.Because(), len(holders))
	})
	for _, one := range s.Switches.All() {
		fmt.Fprintln(&text, one.Number, one.Sequence, one.Place, one.Scenario.Title(), one.EndsAt())
	}
	for _, one := range s.Events {
		fmt.Fprintln(&text, one.EventID(), one.ID(), one.IntegrationID(), one.Name)
	}
	for _, one := range s.Endpoints {
		fmt.Fprintln(&text, one.ID, one.Order, one.Secret)
	}
	for _, one := range s.Catalog.Integrations {
		fmt.Fprintln(&text, one.Slug, one.Ownership, one.ID, one.Order)
	}
	fmt.Fprintln(&text, s.Catalog.Removed, len(s.Catalog.ScopeChanges), s.Faults.All(), s.EventCount, s.Rewinds,
		s.Consents.Find("op").Code, s.Consents.FindCode("code").Opaque,
		s.OverrideOf("acme", "github", scenarios.Provider{}).Scopes, s.CheckConnectable("acme", scenarios.OwnerUser))
	return text.String()
}

// A copy that was rebuilt, also by way of JSON, is as the state was, and shares nothing that changes with it.
func TestCopiesAreWhole(t *testing.T) {
	t.Parallel()
	now := start().Add(2 * time.Minute)
	for name, by := range map[string]func(*Saved) *Saved{
		"rebuilt": func(s *Saved) *Saved { return s },
		"as JSON": func(s *Saved) *Saved {
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			read := new(Saved)
			if err := json.Unmarshal(text, read); err != nil {
				t.Fatal(err)
			}
			return read
		},
		"in parts": inParts(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := full(t)
			copied := by(s.Copy(clock.Saved{}, now, 5))
			if err := copied.Check(); err != nil {
				t.Fatal(err)
			}
			if err := copied.Rebuild("test", s.Set); err != nil {
				t.Fatal(err)
			}
			want := outline(s, now)
			if got := outline(&copied.State, now); got != want {
				t.Errorf("the copy is\n%s\nnot\n%s", got, want)
			}
			listed := copied.Connections.Find(githubOf("listed", ""))
			copied.Decide(listed, now).Run.CountCall(now)
			copied.Faults.RemoveAll()
			copied.AddSwitch(&Switch{Place: Place{}, At: now, Scenario: s.Switches.All()[0].Scenario})
			if got := outline(s, now); got != want {
				t.Errorf("a change of the copy changed the state to\n%s\nfrom\n%s", got, want)
			}
		})
	}
}

// The names in JSON stay: a state file of an older version, and snapshots in it, must load.
func TestNamesInJSON(t *testing.T) {
	t.Parallel()
	saved := full(t).Copy(clock.Saved{}, start(), 0)
	saved.Pending = []Pending{{"endpoint", "event"}}
	saved.Emitting = &Emitting{Place{Provider: "github"}, start()}
	text, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	addNames(found, "", value)
	golden, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(golden)) {
		if !found[strings.TrimSpace(name)] {
			t.Errorf("%s is gone: give the field its old name with a tag", name)
		}
		delete(found, strings.TrimSpace(name))
	}
	for name := range found {
		t.Errorf("%s is new: add it to testdata/names.txt", name)
	}
}

// addNames adds the paths of all members of a JSON value, without the indexes of arrays.
func addNames(found map[string]bool, path string, value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			addNames(found, path, one)
		}
	case map[string]any:
		for name, one := range value {
			if path == ".Deleted" || path == ".Catalog.Numbers" {
				continue // IDs
			}
			found[path+"."+name] = true
			addNames(found, path+"."+name, one)
		}
	}
}

// What no environment can have saved is refused.
func TestDamagedStates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, made, want string }{
		"a fault that is none":      {`"Laid":[{`, `"Laid":[null,{`, "a fault is missing"},
		"a connection that is none": {`"Records":[{`, `"Records":[null,{`, "a connection is missing"},
		"a switch that is none":     {`"Switches":[{`, `"Switches":[null,{`, "a switch is missing"},
		"a switch with a negative TTL": {
			`"TTL":3600000000000`, `"TTL":-1`, "switch 1 is of no place, or ended before it began",
		},
		"an event that is none": {`"Events":[{"Key"`, `"Events":[null,{"Key"`, "an event is missing"},
		"an event of an unknown name": {
			`"Name":"pipes.connected_account.connected"`, `"Name":"x"`, "event 1 has an unknown name, or no connection",
		},
		"an endpoint without a URL": {`"URL":"http://localhost/hook"`, `"URL":""`, "has no id, or no address"},
		"a connection of nobody": {
			`"Provider":"github","User":"listed"`, `"Provider":"github","User":""`, "has no owner",
		},
		"an unknown auth method":        {`"Method":"oauth"`, `"Method":"magic"`, `authenticates by "magic"`},
		"a script that counts backward": {`"Calls":1`, `"Calls":-1`, "counts backwards"},
		"a script in a step it has not": {`"Step":0`, `"Step":9`, "a script is in step 10, which it has not"},
		"a consent of no provider": {
			`"Consents":[{"Provider":"github"`, `"Consents":[{"Provider":""`, "provider ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := full(t)
			text, err := json.Marshal(s.Copy(clock.Saved{}, start(), 0))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), c.old) {
				t.Fatalf("%s is not in %s", c.old, text)
			}
			read := new(Saved)
			if err := json.Unmarshal([]byte(strings.Replace(string(text), c.old, c.made, 1)), read); err != nil {
				t.Fatal(err)
			}
			err = read.Check()
			if err == nil {
				err = read.Rebuild("test", s.Set)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, not %q", err, c.want)
			}
		})
	}
}
