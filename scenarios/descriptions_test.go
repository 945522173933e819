package scenarios

import (
	"testing"
)

// The descriptions of fields are variables of the package. Functions return copies of their parts.
func TestDescriptionsCannotBeChangedByCallers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func()
		get    func() string
		want   string
	}{
		"fields of a place": {
			func() { PlaceFields()[0].Key = "changed" },
			func() string { return PlaceFields()[0].Key }, "provider",
		},
		"values of a fault": {
			func() {
				for _, kind := range FaultKinds() {
					clear(kind.Values)
				}
			},
			func() string { return offContractKinds[0] }, UnknownEnum,
		},
		"keys that have no effect beside steps": {
			func() { clear(keysBesideNoSteps()) },
			func() string { return stateMapping().Keys()[0] }, "state",
		},
		"keys that have no effect without a connection": {
			func() { clear(stateKeysOfConnected()) },
			func() string { return stateMapping().Keys()[1] }, "scopes",
		},
		"keys that have no effect in a step": {
			func() { clear(placeKeys()) },
			func() string { return placeMapping().Keys()[0] }, "provider",
		},
		"operations":        {func() { clear(Operations()) }, func() string { return Operations()[0] }, "token"},
		"values of consent": {func() { clear(Consents()) }, func() string { return Consents()[0] }, Ask},
		"ways to break":     {func() { clear(waysToBreak()) }, func() string { return waysToBreak()[0] }, "status"},
		"the schema":        {func() { clear(Schema()) }, func() string { return string(Schema()[0]) }, "{"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.change(); c.get() != c.want {
				t.Errorf("it became %q, not %q", c.get(), c.want)
			}
		})
	}
}
