package model_test

import (
	"errors"
	"fmt"
	"testing"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

func newEnvironment() *model.Environment {
	return model.New("test", "", scenarios.Builtin(), clock.Running())
}

func codeOf(err error) pipes.Code {
	var wire *pipes.Error
	errors.As(err, &wire)
	if wire == nil {
		return ""
	}
	return wire.Code
}

func integration(i int) model.Integration {
	return model.Integration{
		Slug: fmt.Sprintf("p%d", i), Ownership: scenarios.OwnerUser,
		Provider: scenarios.Provider{Enabled: true, AuthMethods: []string{scenarios.APIKey}},
	}
}

// Integrations that were deleted stay away until a reset, so they count.
func TestIntegrationsAreBounded(t *testing.T) {
	t.Parallel()
	e := newEnvironment()
	const most = 100_000
	for i := range most {
		if _, _, err := e.CreateIntegration(integration(i), nil); err != nil {
			t.Fatalf("integration %d: %v", i, err)
		}
	}
	_, _, err := e.CreateIntegration(integration(most), nil)
	if codeOf(err) != pipes.TooManyIntegrations {
		t.Errorf("one too many: %v", err)
	}
	if err := e.DeleteIntegration("p1", scenarios.OwnerUser); err != nil {
		t.Fatal(err)
	}
	if _, _, err = e.CreateIntegration(integration(most), nil); codeOf(err) != pipes.TooManyIntegrations {
		t.Errorf("one too many, after a deletion: %v", err)
	}
	if _, _, err = e.CreateIntegration(integration(1), nil); err != nil {
		t.Errorf("the deleted one again: %v", err)
	}
}

func TestConfigurationsAreBounded(t *testing.T) {
	t.Parallel()
	e := newEnvironment()
	if _, _, err := e.CreateIntegration(integration(1), nil); err != nil {
		t.Fatal(err)
	}
	disable := func(one *scenarios.Override) { one.Enabled = new(false) }
	const most = 100_000
	for i := range most {
		if _, err := e.Configure(fmt.Sprintf("org_%d", i), "p1", disable); err != nil {
			t.Fatalf("configuration %d: %v", i, err)
		}
	}
	if _, err := e.Configure("org_more", "p1", disable); codeOf(err) != pipes.TooManyConfigurations {
		t.Errorf("one too many: %v", err)
	}
	if _, err := e.Configure("org_7", "p1", disable); err != nil {
		t.Errorf("one of them again: %v", err)
	}
}

// Endpoints that come and go leave nothing behind, but for the last ones, whose ids still say where a page goes on.
func TestRemovedEndpointsAreForgotten(t *testing.T) {
	t.Parallel()
	e := newEnvironment()
	var ids []string
	for i := range 10_100 {
		made, err := e.CreateEndpoint(fmt.Sprintf("http://localhost/%d", i), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.DeleteEndpoint(made.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, made.ID)
	}
	kept, err := e.CreateEndpoint("http://localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	saved := e.Save()
	if saved.EndpointNumbers.Len() > 10_001 {
		t.Errorf("%d ids are remembered", saved.EndpointNumbers.Len())
	}
	if err := e.Restore(saved); err != nil {
		t.Fatal(err)
	}
	page, err := e.Endpoints(model.Page{After: ids[len(ids)-1], Limit: 10, Order: pipes.Ascending})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != kept.ID {
		t.Errorf("behind one that was deleted: %v (%v)", page.Items, err)
	}
}
