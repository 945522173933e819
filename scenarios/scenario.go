package scenarios

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Scenario is a state, or a script that consists of steps.
type Scenario struct {
	Name        string // empty for an inline scenario
	Description string
	State       State    // without steps
	Steps       []Step   // nil unless the scenario is a script
	Consent     string   // what happens on consent pages while it is in force; empty: as the file says
	Repeat      int      // how often the steps are played, or Forever; 0 means once
	Position    Position // zero unless the scenario is from a file
	Builtin     bool

	nesting int // the largest number of scripts in each other, including this one: 0 for a state
}

// Step is a part of a script: a scenario, or a fault. During a fault, the state is that of the step before, or of the
// next step if no step before has one.
type Step struct {
	Scenario *Scenario // nil for a fault
	Fault    *Fault
	Times    int           // number of calls to token or credentials that it lasts; 0: see For
	For      time.Duration // how long it lasts; if Times is 0, too, it stays in force
	Position Position
}

// Forever is the Repeat of a script that never ends.
const Forever = -1

// maxSteps is the maximal number of steps of a script.
const maxSteps = 1_000

// Values of Set.Consent and Scenario.Consent: what happens on a consent page.
const (
	Ask     = "ask"     // the user decides
	Approve = "approve" // the user agrees at once
	Deny    = "deny"    // the user refuses at once
	Fail    = "fail"    // the provider returns an error
)

// Consents returns the allowed values of consent.
func Consents() []string { return []string{Ask, Approve, Deny, Fail} }

// consents is the type of consent.
func consents() fields.Type[string] {
	t := fields.Choice(Consents()...)
	return t.Shaped(fields.Shape{Name: t.Name, Ref: "consent", Schema: t.Schema})
}

// referenceShape is the shape of the name of a scenario, or an inline scenario.
func referenceShape() fields.Shape {
	return fields.Shape{
		Name: "scenario's name, or a scenario", Ref: "reference",
		Schema: `{"anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/definitions/scenario"}]}`,
	}
}

// scenarioMapping describes a scenario.
var scenarioMapping = sync.OnceValue(describeScenarios)

func describeScenarios() *fields.Mapping[Scenario] {
	m := fields.NewMapping("scenario",
		fields.Embed(stateFields(), func(s *Scenario) *State { return &s.State }),
		[]fields.Field[Scenario]{
			fields.Bind("description", fields.Text(), func(s *Scenario) *string { return &s.Description },
				"What the scenario is for."),
			fields.Bind("consent", consents(), func(s *Scenario) *string { return &s.Consent },
				"What happens on consent pages while the scenario is in force. Left out: as the file says."),
			fields.Declare[Scenario]("steps", fields.Shape{
				Name: "list of steps",
				Schema: `{"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/step"},
					"contains": {"required": ["scenario"]}}`,
			}, "The steps of a script: scenarios and faults, one after another. "+
				"All but the last need times or for; with repeat, the last one does, too."),
			fields.Bind("repeat", repeats(), func(s *Scenario) *int { return &s.Repeat },
				"true: the steps start again when they end. A number: how often they are played."),
		})
	m.Hint = func(key string) string {
		switch key {
		case "fault", "times", "for":
			return ": it is part of a step (write steps: [{fault: {status: 503}, times: 2}, {scenario: active}])"
		}
		return ""
	}
	m.Rules = `{
		"dependencies": {"repeat": ["steps"], "steps": ` + forbid(keysBesideNoSteps()) + `},
		"if": {"required": ["state"], "properties": {"state": {"const": "not_installed"}}},
		"then": ` + forbid(stateKeysOfConnected()) + `
	}`
	return m
}

// keysBesideNoSteps returns the keys that have no effect in a scenario with steps.
func keysBesideNoSteps() []string { return append(slices.Clone(stateMapping().Keys()), "consent") }

// forbid returns the JSON Schema of a mapping with none of the keys.
func forbid(keys []string) string {
	properties := fields.Tree{}
	for _, key := range keys {
		properties.Add(true, key, false)
	}
	text, _ := json.Marshal(fields.Tree{{Key: "properties", Value: properties}}) // texts always marshal
	return string(text)
}

// repeats is the type of repeat. True is read as Forever, and false as 0.
func repeats() fields.Type[int] {
	count := counts()
	return fields.Type[int]{
		Shape: fields.Shape{Name: "`true`, or a whole number",
			Schema: `{"anyOf": [{"type": "boolean"}, ` + count.Schema + `]}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) int {
			switch n.Kind {
			case fields.Boolean:
				if fields.Bool().Parse(r, n, path) {
					return Forever
				}
				return 0
			case fields.Integer:
				return max(1, count.Read(r, n, path))
			}
			r.Mistake(n, path, "repeat must be true, or how often the steps are played, not %s", n)
			return Forever
		},
		Format: func(repeat int) any {
			if repeat == Forever {
				return true
			}
			return repeat
		},
	}
}

// stepMapping describes a step.
var stepMapping = sync.OnceValue(describeSteps)

func describeSteps() *fields.Mapping[Step] {
	m := fields.NewMapping("step", []fields.Field[Step]{
		fields.Declare[Step]("scenario", referenceShape(), "The scenario that the step puts into force."),
		fields.Declare[Step]("fault", fields.Ref("fault", "step_fault"),
			"What breaks the responses to token and credentials during the step."),
		fields.Bind("times", counts(), func(s *Step) *int { return &s.Times },
			"How many calls to token or credentials of the connection the step lasts."),
		fields.Bind("for", clockDurations(), func(s *Step) *time.Duration { return &s.For },
			"How long the step lasts, on the environment's clock; at least 1ms."),
	})
	m.Rules = `{"oneOf": [{"required": ["scenario"]}, {"required": ["fault"]}], "not": {"required": ["times", "for"]}}`
	return m
}

// Title returns a short description of the scenario for people, without secrets: its name, if it has one.
func (s *Scenario) Title() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Steps != nil:
		return fmt.Sprintf("a script of %d steps", len(s.Steps))
	}
	return cutTitle(s.State.String())
}

// cutTitle shortens a title, because titles are parts of headers and sentences, and a state may have many scopes.
func cutTitle(title string) string {
	const maxTitle = 300
	if len(title) <= maxTitle {
		return title
	}
	return strings.ToValidUTF8(title[:maxTitle], "") + "…}"
}

// First returns the scenario with the state in which a scenario begins: itself unless it is a script.
func (s *Scenario) First() *Scenario {
	for s.Steps != nil {
		i := 0
		for s.Steps[i].Scenario == nil {
			i++
		}
		s = s.Steps[i].Scenario
	}
	return s
}

// Round returns how long all steps take together, at most the largest Duration. It returns 0 if that depends on calls.
func (s *Scenario) Round() (round time.Duration) {
	for _, step := range s.Steps {
		if step.For == 0 {
			return 0
		}
		round += min(step.For, math.MaxInt64-round)
	}
	return round
}

// Lacking returns the first state in the scenario that lacks scopes, or nil.
func (s *Scenario) Lacking() *Scenario { return s.firstLacking(map[*Scenario]*Scenario{}) }

// checkLacking returns what is wrong with a scenario that lacks scopes if its provider asks for none, or "". It stores
// its results about scripts in known, for the next call.
func checkLacking(scenario *Scenario, slug string, asked []string, known map[*Scenario]*Scenario) string {
	if len(asked) > 0 {
		return ""
	}
	lacking := scenario.firstLacking(known)
	if lacking == nil {
		return ""
	}
	return names.NothingToLack(lacking.Title(), slug)
}

// firstLacking is Lacking. It stores its results about scripts in known.
func (s *Scenario) firstLacking(known map[*Scenario]*Scenario) *Scenario {
	if s.Steps == nil {
		if s.State.LacksScopes() {
			return s
		}
		return nil
	}
	if found, ok := known[s]; ok {
		return found
	}
	known[s] = nil // ends the search if a step leads back to s
	for _, step := range s.Steps {
		if step.Scenario == nil {
			continue
		}
		if found := step.Scenario.firstLacking(known); found != nil {
			known[s] = found
			return found
		}
	}
	return nil
}

// Without returns the scenario with only the access tokens that are in tokens, and whether it had others. It does not
// change scenarios that have a name, because those are part of a file.
func (s *Scenario) Without(tokens map[string]bool) (less *Scenario, had bool) {
	if s.Name != "" {
		return s, false
	}
	made := *s
	if token := made.State.AccessToken; token != "" && !tokens[token] {
		made.State.AccessToken, had = "", true
	}
	made.Steps = slices.Clone(s.Steps)
	for i, step := range made.Steps {
		if step.Scenario != nil {
			inside, some := step.Scenario.Without(tokens)
			made.Steps[i].Scenario, had = inside, had || some
		}
	}
	return &made, had
}

// Tree returns the fields of the scenario that differ from the defaults, without its name.
func (s *Scenario) Tree() fields.Tree {
	if s.Steps == nil {
		return scenarioMapping().Write(s)
	}
	return scenarioMapping().Write(s, fields.Member{Key: "steps", Value: trees(s.Steps, Step.Tree)})
}

// trees returns the trees of the items of a list.
func trees[T any](items []T, tree func(T) fields.Tree) []fields.Tree {
	list := make([]fields.Tree, len(items))
	for i, item := range items {
		list[i] = tree(item)
	}
	return list
}

// Reference returns the name of the scenario, or its Tree if it has none.
func (s *Scenario) Reference() any {
	if s.Name != "" {
		return s.Name
	}
	return s.Tree()
}

// Tree returns the fields of the step that are set.
func (s Step) Tree() fields.Tree {
	if s.Scenario != nil {
		return stepMapping().Write(&s, fields.Member{Key: "scenario", Value: s.Scenario.Reference()})
	}
	return stepMapping().Write(&s, fields.Member{Key: "fault", Value: s.Fault.Tree()})
}

// Text returns the Reference of the scenario as JSON, which ParseInline reads.
func (s *Scenario) Text() ([]byte, error) { return json.Marshal(s.Reference()) }
