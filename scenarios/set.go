package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Set is a scenario file, read and checked. It never changes, and any number of goroutines may share it.
type Set struct {
	Name    string // the file as it was named to Parse; "built-in" for Builtin
	Seed    int64
	Strict  bool
	Start   *Scenario
	Consent string        // what happens on consent pages: Ask, Approve, Deny or Fail
	Age     time.Duration // how long Start has been in force when an environment begins
	StartAt Position      // where the file says start; zero: it does not

	providers     map[string]Provider
	scopeless     string // the first provider, by slug, that asks for no scopes; empty: each asks for some
	builtins      map[string]builtinProvider
	readWrite     []string // what a provider asks for that neither knows
	users         listedIDs
	organizations listedIDs
	scenarios     []*Scenario
	byName        map[string]*Scenario
	connections   []Connection
	switches      []Switch
	faults        []Fault
	webhooks      []Webhook
	index         map[Key]int32
	source        source
	overridden    bool // its seed or start is not that of the source
}

// listedIDs are the users or organizations that the file lists, each with its line. Nil means that the file has no
// list, and anybody exists.
type listedIDs map[string]int32

func (listed listedIDs) has(id string) bool {
	_, ok := listed[id]
	return ok || listed == nil
}

// sorted returns the ids, for suggestions.
func (listed listedIDs) sorted() []string { return slices.Sorted(maps.Keys(listed)) }

// Scenario finds a scenario by its name. The error of an unknown name suggests the nearest one.
func (s *Set) Scenario(name string) (*Scenario, error) { return s.findScenario(name, suggestOne) }

func (s *Set) findScenario(name string, suggest suggestion) (*Scenario, error) {
	if found, ok := s.byName[name]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("unknown scenario %q%s", Abridge(name), suggest(name, s.names))
}

func (s *Set) names() []string {
	names := make([]string, len(s.scenarios))
	for i, scenario := range s.scenarios {
		names[i] = scenario.Name
	}
	return names
}

// Scenarios returns those of the file in its order, after the built-in ones.
func (s *Set) Scenarios() []*Scenario { return s.scenarios }

// Webhooks returns those of the file, in its order.
func (s *Set) Webhooks() []Webhook { return s.webhooks }

// Switches returns those of the file, in its order.
func (s *Set) Switches() []Switch { return s.switches }

// Faults returns those of the file, in its order.
func (s *Set) Faults() []Fault { return s.faults }

// Connections returns those of the file, in its order.
func (s *Set) Connections() []Connection { return s.connections }

// Connection returns the file's entry for one connection, and nil if there is none. It must not be changed.
func (s *Set) Connection(key Key) *Connection {
	i, ok := s.index[key]
	if !ok {
		return nil
	}
	return &s.connections[i]
}

// KnowsUser reports whether a user exists. With strict and a list of users these are the file's, otherwise
// everybody does.
func (s *Set) KnowsUser(id string) bool { return !s.Strict || s.users.has(id) }

// KnowsOrganization reports whether an organization exists, as KnowsUser does for users.
func (s *Set) KnowsOrganization(id string) bool { return !s.Strict || s.organizations.has(id) }

// Members reports which user and organization of a place do not exist, by field.
func (s *Set) Members(place Place) (problems Problems) {
	if problem := s.checkMember("user", place.User, s.users, suggestOne); problem != "" {
		problems = append(problems, Problem{Field: "user_id", Message: problem})
	}
	if problem := s.checkMember("organization", place.Organization, s.organizations, suggestOne); problem != "" {
		problems = append(problems, Problem{Field: "organization_id", Message: problem})
	}
	return problems
}

// checkMember returns the message for a user or organization that does not exist, and "" for one that does. An empty id
// names nobody.
func (s *Set) checkMember(kind, id string, listed listedIDs, suggest suggestion) string {
	if !s.Strict || id == "" || listed.has(id) {
		return ""
	}
	return fmt.Sprintf("unknown %s %q%s: with strict only the %ss of %s exist",
		kind, Abridge(id), suggest(id, listed.sorted), kind, s.Name)
}

// CheckScopes says when a scenario lacks scopes, but the provider asks for none. An empty provider means all those of
// the file. It returns "" otherwise.
func (s *Set) CheckScopes(provider string, scenario *Scenario) string {
	return s.checkScopes(provider, scenario, map[*Scenario]*Scenario{})
}

// checkScopes is CheckScopes. Known is what was found of scripts before, and is added to.
func (s *Set) checkScopes(provider string, scenario *Scenario, known map[*Scenario]*Scenario) string {
	if provider == "" {
		provider = s.scopeless
	}
	if provider == "" {
		return ""
	}
	return checkLacking(scenario, provider, s.Scopes(provider), known)
}

// Where formats a position of this set as file:line:col, and a zero one as the set's name.
func (s *Set) Where(p Position) string {
	if p.Line == 0 {
		return s.Name
	}
	return s.Name + ":" + strconv.Itoa(int(p.Line)) + ":" + strconv.Itoa(int(p.Column))
}

// IsOf reports whether the set was read from just this text.
func (s *Set) IsOf(text []byte) bool { return s.source.isOf(text) }

// Digest returns a text that differs for sets that say different things.
func (s *Set) Digest() string {
	start := s.Start.Title()
	if s.Start.Name == "" && s.Start.Steps == nil {
		start = s.Start.State.String() // the whole of it
	}
	return fmt.Sprintf("%x-%d-%s", s.source.digest[:8], s.Seed, start)
}

// Lines returns the first lines of the text that the set was read from, at most maxLines, without the secrets. It
// returns nil for the built-in set.
func (s *Set) Lines(maxLines int) []string { return s.source.lines(maxLines) }

// UsualStart is the scenario in force at the start unless the file says another.
const UsualStart = "active"

// WithStart returns the same set with another scenario in force for everybody at the start.
func (s *Set) WithStart(name string) (*Set, error) {
	start, err := s.Scenario(name)
	if err != nil {
		return nil, err
	}
	if problem := s.CheckScopes("", start); problem != "" {
		return nil, errors.New(problem)
	}
	changed := *s
	changed.Start, changed.StartAt, changed.overridden = start, Position{}, true
	return &changed, nil
}

// WithSeed returns the same set with another seed.
func (s *Set) WithSeed(seed int64) *Set {
	changed := *s
	changed.Seed, changed.overridden = seed, true
	return &changed
}

// Tokens returns the access tokens that the set says: whoever has the file has them.
func (s *Set) Tokens() map[string]bool {
	all := map[string]bool{}
	var gather func(one *Scenario)
	gather = func(one *Scenario) {
		all[one.State.AccessToken] = true
		for _, step := range one.Steps {
			if step.Scenario != nil && step.Scenario.Name == "" {
				gather(step.Scenario)
			}
		}
	}
	for _, one := range s.scenarios {
		gather(one)
	}
	for _, one := range s.connections {
		gather(one.Scenario)
	}
	for _, one := range s.switches {
		gather(one.Scenario)
	}
	gather(s.Start)
	return all
}

// Builtin returns the set of an empty file: the five built-in scenarios, active for everybody.
func Builtin() *Set {
	s := &Set{
		Name: "built-in", Seed: 1, Consent: Ask, providers: map[string]Provider{}, builtins: builtinProviders(),
		readWrite: []string{"read", "write"}, byName: map[string]*Scenario{},
	}
	for _, scenario := range []*Scenario{
		{Name: UsualStart, Description: "Connected, with every scope and an hour to live."},
		{Name: "not_installed", Description: "Never connected.", State: State{State: NotInstalled}},
		{Name: "needs_reauthorization", Description: "Connected once; the user has to authorize again.",
			State: State{State: NeedsReauthorization}},
		{Name: "missing_scopes", Description: "Connected, without the last scope that the provider asks for.",
			State: State{lacksLast: true}},
		{Name: "expired", Description: "Active, with a token that expired an hour ago, served as it is.",
			State: State{ExpiresIn: -DefaultLife}},
	} {
		scenario.Builtin = true
		s.define(scenario)
	}
	s.Start = s.byName[UsualStart]
	return s
}

// define adds a scenario. It replaces a built-in one of the same name.
func (s *Set) define(scenario *Scenario) {
	if old, ok := s.byName[scenario.Name]; ok {
		s.scenarios = slices.DeleteFunc(s.scenarios, func(other *Scenario) bool { return other == old })
	}
	s.scenarios = append(s.scenarios, scenario)
	s.byName[scenario.Name] = scenario
}
