package model

import (
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// A call that is refused changes nothing, so that nothing has to be saved or shown again.
func TestRefusedCallsChangeNothing(t *testing.T) {
	t.Parallel()
	known := Query{Key: seenKey(0, 1)}
	far := noon().AddDate(500, 0, 0)
	for name, call := range map[string]func(e *Environment) bool{
		"an import over a connection": func(e *Environment) bool {
			_, err := e.Import(known, false, Tokens{AccessToken: "gho_x", State: scenarios.Connected})
			return err == nil
		},
		"an update of an unknown connection": func(e *Environment) bool {
			_, err := e.Update(Query{Key: known.Key, ID: "unknown"}, Tokens{})
			return err == nil
		},
		"a deletion of an unknown connection": func(e *Environment) bool {
			_, err := e.Delete(Query{Key: known.Key, ID: "unknown"})
			return err == nil
		},
		"an API key for an OAuth connection": func(e *Environment) bool {
			_, err := e.Install(Install{Query: known, Method: scenarios.APIKey, Secret: "key"})
			return err == nil
		},
		"a reserved slug": func(e *Environment) bool {
			made := Integration{Slug: "github", Ownership: scenarios.OwnerUser, Custom: &pipes.CustomProvider{}}
			_, _, err := e.CreateIntegration(made, nil)
			return err == nil
		},
		"an update of an unknown integration": func(e *Environment) bool {
			_, err := e.UpdateIntegration("nothing", scenarios.OwnerUser, func(*Integration) error { return nil }, nil)
			return err == nil
		},
		"a deletion of an unknown integration": func(e *Environment) bool {
			return e.DeleteIntegration("nothing", scenarios.OwnerUser) == nil
		},
		"a configuration of an unknown integration": func(e *Environment) bool {
			_, err := e.Configure("org_1", "nothing", func(*scenarios.Override) {})
			return err == nil
		},
		"a consent page for an unknown connection": func(e *Environment) bool {
			_, _, err := e.Authorize(ConsentRequest{Query: Query{Key: known.Key, ID: "unknown"}})
			return err == nil
		},
		"a decision on an unknown page": func(e *Environment) bool {
			_, err := e.DecideConsent("unknown", scenarios.Approve, nil)
			return err == nil
		},
		"an unknown connect_code": func(e *Environment) bool {
			_, err := e.Finish("unknown", "")
			return err == nil
		},
		"a second endpoint with an address": func(e *Environment) bool {
			_, err := e.CreateEndpoint("http://localhost/hook", nil)
			return err == nil
		},
		"an update of an unknown endpoint": func(e *Environment) bool {
			_, err := e.UpdateEndpoint("unknown", func(*Endpoint) {})
			return err == nil
		},
		"a deletion of an unknown endpoint": func(e *Environment) bool { return e.DeleteEndpoint("unknown") == nil },
		"a switch that lacks scopes where none are requested": func(e *Environment) bool {
			_, err := e.Switch(Place{Provider: "bare"}, scenarioNamed(t, e, "missing_scopes"), 0)
			return err == nil
		},
		"taking back where there is no switch": func(e *Environment) bool {
			_, _, err := e.TakeBack()
			return err == nil
		},
		"an unknown fault": func(e *Environment) bool { return e.RemoveFault("unknown", 0) == nil },
		"a date that is too far away": func(e *Environment) bool {
			frozen := false
			return e.SetClock(&far, &frozen)
		},
		"an advance that is too long": func(e *Environment) bool { return e.Advance(200 * 365 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := mustParse(t, "version: 1\nproviders:\n  bare: {scopes: []}\n")
			e := New("test", "", set, newEnvironment(t).clock)
			see(t, e, 1, 1)
			if _, err := e.CreateEndpoint("http://localhost/hook", nil); err != nil {
				t.Fatal(err)
			}
			before := e.Revision()
			if call(e) {
				t.Fatal("it was not refused")
			}
			if after := e.Revision(); after != before {
				t.Errorf("it counts as %d changes", after-before)
			}
		})
	}
}

func mustParse(tb testing.TB, file string) *scenarios.Set {
	tb.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(file))
	if err != nil {
		tb.Fatal(err)
	}
	return set
}
