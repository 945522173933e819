package scenarios

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/internal/fields"
)

// Scenario is a state, or a script of steps, under a name. Inline ones have no name.
type Scenario struct {
	Name        string
	Description string
	State       State    // of one without steps
	Steps       []Step   // of a script; nil: it is none
	Consent     string   // what happens on consent pages while it is in force; empty: what the file says
	Repeat      int      // how often the steps are played; 0: once; or Forever
	Position    Position // zero for the built-in ones and those of a control call
	Builtin     bool

	nesting int // how many scripts are in each other here: 0 for a state
}

// Step is a part of a script: a scenario that it puts in force, or a fault that lies over the answers
// while the state stays that of the step before (for a first one: of the next).
type Step struct {
	Scenario *Scenario // nil for a fault
	Fault    *Fault
	Times    int           // how many calls to token or credentials it lasts; 0: see For
	For      time.Duration // how long it lasts; 0 with Times 0: it stays
	Position Position
}

// Forever is the Repeat of a script that begins anew whenever it ends.
const Forever = -1

// maxSteps bounds a script.
const maxSteps = 1_000

// What happens on a consent page.
const (
	Ask     = "ask" // the user decides
	Approve = "approve"
	Deny    = "deny"
	Fail    = "fail" // at the provider
)

// Consents returns what can happen on a consent page.
func Consents() []string { return []string{Ask, Approve, Deny, Fail} }

func consents() fields.Type[string] {
	t := fields.Choice(Consents()...)
	return t.Shaped(fields.Shape{Name: t.Name, Ref: "consent", Schema: t.Schema})
}

// referenceShape is that of a scenario's name, or of a scenario in its place.
func referenceShape() fields.Shape {
	return fields.Shape{
		Name: "scenario's name, or a scenario", Ref: "reference",
		Schema: `{"anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/definitions/scenario"}]}`,
	}
}

var scenarioMapping = describeScenarios()

func describeScenarios() *fields.Mapping[Scenario] {
	m := fields.NewMapping("scenario",
		fields.Embed(stateFields, func(s *Scenario) *State { return &s.State }),
		[]fields.Field[Scenario]{
			fields.Bind("description", fields.Text(), func(s *Scenario) *string { return &s.Description },
				"What it is for."),
			fields.Bind("consent", consents(), func(s *Scenario) *string { return &s.Consent },
				"What happens on consent pages while it is in force. Left out: what the file says."),
			fields.Declare[Scenario]("steps", fields.Shape{
				Name: "list of steps",
				Schema: `{"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/step"},
					"contains": {"required": ["scenario"]}}`,
			}, "A script: scenarios and faults, one after another. "+
				"All but the last have times or for; with repeat the last, too."),
			fields.Bind("repeat", repeats(), func(s *Scenario) *int { return &s.Repeat },
				"Whether the steps begin anew when they end, or how often they are played."),
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

// keysBesideNoSteps are the keys that say nothing beside steps.
func keysBesideNoSteps() []string { return append(slices.Clone(stateMapping.Keys()), "consent") }

// forbid is the JSON Schema of a mapping that has none of the keys.
func forbid(keys []string) string {
	properties := fields.Tree{}
	for _, key := range keys {
		properties.Add(true, key, false)
	}
	text, _ := json.Marshal(fields.Tree{{Key: "properties", Value: properties}}) // texts always marshal
	return string(text)
}

// repeats are true, or how often the steps are played.
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

var stepMapping = describeSteps()

func describeSteps() *fields.Mapping[Step] {
	m := fields.NewMapping("step", []fields.Field[Step]{
		fields.Declare[Step]("scenario", referenceShape(), "The scenario that the step puts in force."),
		fields.Declare[Step]("fault", fields.Ref("fault", "step_fault"),
			"What breaks the answers to token and credentials meanwhile."),
		fields.Bind("times", counts(), func(s *Step) *int { return &s.Times },
			"How many calls to token or credentials of the connection it lasts."),
		fields.Bind("for", stretches(), func(s *Step) *time.Duration { return &s.For },
			"How long it lasts, on the environment's clock; at least 1ms."),
	})
	m.Rules = `{"oneOf": [{"required": ["scenario"]}, {"required": ["fault"]}], "not": {"required": ["times", "for"]}}`
	return m
}

// Title returns what people call a scenario: its name, or what it says, without secrets.
func (s *Scenario) Title() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Steps != nil:
		return fmt.Sprintf("a script of %d steps", len(s.Steps))
	}
	return cutTitle(s.State.String())
}

// cutTitle shortens a title, which is a part of headers and sentences: a state may list a thousand scopes.
func cutTitle(title string) string {
	const maxTitle = 300
	if len(title) <= maxTitle {
		return title
	}
	return strings.ToValidUTF8(title[:maxTitle], "") + "…}"
}

// First returns the state that a scenario begins with.
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

// Round returns how long the steps take, and zero if that depends on calls. More than 292 years count as so many.
func (s *Scenario) Round() (round time.Duration) {
	for _, step := range s.Steps {
		if step.For == 0 {
			return 0
		}
		round += min(step.For, math.MaxInt64-round)
	}
	return round
}

// CheckLacking says when a scenario lacks scopes, but the provider asks for none. It returns "" otherwise.
func CheckLacking(scenario *Scenario, slug string, asked []string) string {
	return checkLacking(scenario, slug, asked, map[*Scenario]*Scenario{})
}

// checkLacking is CheckLacking. Known is what was found of scripts before, and is added to.
func checkLacking(scenario *Scenario, slug string, asked []string, known map[*Scenario]*Scenario) string {
	if len(asked) > 0 {
		return ""
	}
	lacking := scenario.lacking(known)
	if lacking == nil {
		return ""
	}
	return fmt.Sprintf("%s lacks scopes, but %s asks for none: give it scopes under providers, "+
		"or name another provider", lacking.Title(), slug)
}

// lacking returns the first state of a scenario that lacks scopes, and nil if none does.
func (s *Scenario) lacking(known map[*Scenario]*Scenario) *Scenario {
	if s.Steps == nil {
		if s.State.LacksScopes() {
			return s
		}
		return nil
	}
	if found, ok := known[s]; ok {
		return found
	}
	known[s] = nil // for a step that leads back to it
	for _, step := range s.Steps {
		if step.Scenario == nil {
			continue
		}
		if found := step.Scenario.lacking(known); found != nil {
			known[s] = found
			return found
		}
	}
	return nil
}

// Without returns the scenario less the access tokens that are not among those given, and whether it had any.
// A scenario with a name is the file's, and stays as it is.
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

// Tree returns what the scenario says, in order, whether or not it has a name.
func (s *Scenario) Tree() fields.Tree {
	if s.Steps == nil {
		return scenarioMapping.Write(s)
	}
	return scenarioMapping.Write(s, fields.Member{Key: "steps", Value: trees(s.Steps, Step.Tree)})
}

// trees returns the trees of the items of a list.
func trees[T any](items []T, tree func(T) fields.Tree) []fields.Tree {
	list := make([]fields.Tree, len(items))
	for i, item := range items {
		list[i] = tree(item)
	}
	return list
}

// Reference returns the scenario's name, and what it says if it has none.
func (s *Scenario) Reference() any {
	if s.Name != "" {
		return s.Name
	}
	return s.Tree()
}

// Tree returns what the step says, in order.
func (s Step) Tree() fields.Tree {
	if s.Scenario != nil {
		return stepMapping.Write(&s, fields.Member{Key: "scenario", Value: s.Scenario.Reference()})
	}
	return stepMapping.Write(&s, fields.Member{Key: "fault", Value: s.Fault.Tree()})
}

// Text returns the scenario as ParseReference reads it: its name, or what it says, as JSON.
func (s *Scenario) Text() ([]byte, error) { return json.Marshal(s.Reference()) }
