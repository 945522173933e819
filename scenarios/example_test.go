package scenarios_test

import (
	"fmt"

	"example.com/pipesfake/scenarios"
)

func ExampleParse() {
	set, err := scenarios.Parse("scenarios.yaml", []byte(`
version: 1
scenarios:
  short: {expires_in: 5m, refresh: fails}
connections:
  - {provider: github, user_id: user_alice, scenario: short}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	alice := set.Connection(scenarios.Key{Provider: "github", User: "user_alice"})
	fmt.Println(alice.Scenario.Title(), alice.Scenario.State, set.Where(alice.Position))
	// Output: short {expires_in: 5m, refresh: fails} scenarios.yaml:6:5
}

// All mistakes of a file are reported at once.
func ExampleProblems() {
	_, err := scenarios.Parse("scenarios.yaml", []byte(`
version: 1
start: actve
scenarios:
  short: {expires_in: 5}
`))
	fmt.Println(err)
	// Output:
	// scenarios.yaml:3:8: unknown scenario "actve" (did you mean active?)
	// scenarios.yaml:5:23: expires_in 5 has no unit (write 5s, 5m or 5h)
}

func ExampleParseInline() {
	scenario, err := scenarios.ParseInline(scenarios.Builtin(), []byte(`{"steps": [
		{"scenario": "active", "for": "10m"},
		{"scenario": "needs_reauthorization"}
	]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scenario.Title(), "begins in", scenario.First().Title())
	// Output: a script of 2 steps begins in active
}

func ExampleSet_Export() {
	export, err := scenarios.Builtin().WithSeed(42).Export(scenarios.Session{})
	if err != nil {
		fmt.Println(err)
		return
	}
	expired, err := scenarios.Builtin().Scenario("expired")
	if err != nil {
		fmt.Println(err)
		return
	}
	export.Add([]scenarios.Switch{{Place: scenarios.Place{User: "user_alice"}, Scenario: expired}})
	text, err := export.Text()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(text))
	// Output:
	// version: 1
	// seed: 42
	// start: active
	// switches:
	//   - {user_id: user_alice, scenario: expired}
}
