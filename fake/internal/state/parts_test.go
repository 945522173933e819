package state

import (
	"maps"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// inParts returns a function that encodes a state in parts and reads them.
func inParts(t *testing.T) func(*Saved) *Saved {
	return func(s *Saved) *Saved {
		parts, err := (&Unsaved{Saved: s, IsWhole: true}).Parts()
		if err != nil {
			t.Fatal(err)
		}
		read, _, err := ReadParts(parts)
		if err != nil {
			t.Fatal(err)
		}
		return read
	}
}

// saveInto puts what changed into parts that were saved before, as a store does.
func saveInto(t *testing.T, kept map[string][]byte, u *Unsaved) map[string][]byte {
	t.Helper()
	parts, err := u.Parts()
	if err != nil {
		t.Fatal(err)
	}
	if u.IsWhole {
		kept = map[string][]byte{}
	}
	maps.Copy(kept, parts)
	for _, name := range u.Gone {
		delete(kept, name)
	}
	return kept
}

// Whatever changes, the parts that are saved together are the same as those of the whole state.
func TestUnsavedPartsMakeTheWhole(t *testing.T) {
	t.Parallel()
	s := full(t)
	now := start().Add(2 * time.Minute)
	s.NoteUnsaved(true)
	kept := saveInto(t, nil, s.TakeUnsaved(clock.Saved{}, now, 1))
	bob := s.Connections.Find(githubOf("bob", "acme"))
	for _, c := range []struct {
		name   string
		change func()
	}{
		{"nothing", func() {}},
		{"a connection", func() { s.seen(githubOf("carol", "")) }},
		{"a token", func() { s.Issue(bob, "another", false) }},
		{"a switch", func() { s.switchTo(t, "twice", Place{User: "dave"}, time.Minute, 0) }},
		{"a switch that ends", func() { s.RemoveSwitch(s.Switches.All()[0]) }},
		{"so many switches that one is removed", func() {
			for range maxPerPlace + 1 {
				s.switchTo(t, "twice", Place{User: "erin"}, time.Minute, 0)
			}
		}},
		{"a standard connection", func() {
			s.AddOther(&Connection{Identity: Identity{Key: bob.Key, Index: 2}, EmittedState: scenarios.NotInstalled})
		}},
		{"a standard connection that is gone", func() { s.RemoveOther(s.Connections.Others(bob.Key)[0]) }},
		{"all standard connections", func() { s.RemoveOthers(func(scenarios.Key) bool { return true }) }},
		{"an event", func() {
			s.AddEvent(Event{Identity: bob.Identity, Name: s.Events[0].Name, At: now})
		}},
		{"an integration", func() { s.OpenCatalog(); s.Catalog.Remove(s.Catalog.Integrations[0]) }},
		{"so many events and consents that some are forgotten", func() {
			for range maxEvents + maxEvents/10 {
				s.AddEvent(Event{Identity: bob.Identity, Name: s.Events[0].Name, At: now})
			}
			for i := range maxAuthorizations {
				request := ConsentRequest{Query: Query{Key: bob.Key}}
				s.AddConsent(&Authorization{ConsentRequest: request, Opaque: strings.Repeat("o", i%100), At: now})
			}
		}},
	} {
		c.change()
		kept = saveInto(t, kept, s.TakeUnsaved(clock.Saved{}, now, 1))
		whole, err := (&Unsaved{Saved: s.Copy(clock.Saved{}, now, 1), IsWhole: true}).Parts()
		if err != nil {
			t.Fatal(err)
		}
		for part := range kept {
			if string(kept[part]) != string(whole[part]) {
				t.Errorf("after %s, %s is saved as\n%s\nnot\n%s", c.name, part, kept[part], whole[part])
			}
		}
		if len(kept) != len(whole) {
			t.Errorf("after %s, %d parts are saved, not %d", c.name, len(kept), len(whole))
		}
	}
}

// A change is saved with the parts that it changes, however large the state is.
func TestUnsavedPartsAreFew(t *testing.T) {
	t.Parallel()
	s := full(t)
	now := start().Add(2 * time.Minute)
	for i := range 1000 {
		s.seen(githubOf("user_"+strings.Repeat("a", i%60)+string(rune('a'+i%26)), ""))
	}
	s.NoteUnsaved(true)
	s.TakeUnsaved(clock.Saved{}, now, 1)
	s.switchTo(t, "twice", Place{User: "dave"}, time.Minute, 0)
	parts, err := s.TakeUnsaved(clock.Saved{}, now, 1).Parts()
	if err != nil || len(parts) > 5 {
		t.Errorf("%d parts are saved (%v)", len(parts), err)
	}
}

// Parts that no environment can have saved are refused.
func TestDamagedParts(t *testing.T) {
	t.Parallel()
	good, err := (&Unsaved{Saved: full(t).Copy(clock.Saved{}, start(), 0), IsWhole: true}).Parts()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ part, text, want string }{
		"no head":                  {"head", "", "the part head is missing"},
		"a head that is null":      {"head", "null", "the part head is empty"},
		"half a connection":        {"connection/000000000001/000000", `{"K`, "the part connection/000000000001/"},
		"a switch that is null":    {"switch/000000000001", "null", "the part switch/000000000001 is empty"},
		"a catalog that is a list": {"catalog", "[]", "the part catalog: "},
	} {
		parts := maps.Clone(good)
		if parts[c.part] = []byte(c.text); c.text == "" {
			delete(parts, c.part)
		}
		if _, _, err := ReadParts(parts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}
