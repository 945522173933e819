package scenarios

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/source"
)

// Set is the content of a valid scenario file. It never changes, and is safe for concurrent use.
type Set struct {
	Name    string // the name given to Load or Parse; "built-in" for Builtin
	Seed    int64
	Strict  bool
	Start   *Scenario     // in which every connection starts that has no entry
	Consent string        // what happens on consent pages: Ask, Approve, Deny or Fail
	Age     time.Duration // how long Start has been in force when an environment begins
	StartAt Position      // of start in the file; zero if it is left out

	// RedirectURIs are the addresses that return_to may have in an authorization with code_challenge. Nil allows any,
	// an empty list none.
	RedirectURIs []string

	MultipleConnections bool // whether an owner may have several connections with a provider
	MaxConnections      int  // how many; zero means no limit of the file

	providers     map[string]Provider
	scopeless     string // the declared provider with the first slug that asks for no scopes; empty: there is none
	builtins      map[string]builtinProvider
	readWrite     []string // scopes of a provider for which neither the file nor builtins has any
	users         listedIDs
	organizations listedIDs
	scenarios     []*Scenario
	byName        map[string]*Scenario
	connections   *connectionTable // nil for the built-in Set
	switches      []Switch
	faults        []Fault
	webhooks      []Webhook
	source        source.Source // empty for the built-in Set
	overridden    bool          // its seed or start differs from the source
	lookup        func(name string) (value string, isSet bool)
	variables     map[string]string // that the source names, as lookup found them
}

// Variable returns what a variable that the file names was when the file was loaded. Others count as unset.
func (s *Set) Variable(name string) (value string, isSet bool) {
	value, isSet = s.variables[name]
	return value, isSet
}

// listedIDs maps the listed users or organizations to their lines. Nil means that the file has no list, and that all
// exist.
type listedIDs map[string]int32

func (listed listedIDs) has(id string) bool {
	_, ok := listed[id]
	return ok || listed == nil
}

// sorted returns the ids in order, for suggestions.
func (listed listedIDs) sorted() []string { return slices.Sorted(maps.Keys(listed)) }

// list is sorted, but nil if the file has no list.
func (listed listedIDs) list() []string {
	if listed == nil {
		return nil
	}
	return append([]string{}, listed.sorted()...)
}

// Scenario returns the scenario with a name. The error for an unknown name suggests a similar one.
func (s *Set) Scenario(name string) (*Scenario, error) { return s.findScenario(name, suggestOne) }

func (s *Set) findScenario(name string, suggest suggestion) (*Scenario, error) {
	if found, ok := s.byName[name]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("unknown scenario %q%s", fields.Abridge(name), suggest(name, s.names))
}

func (s *Set) names() []string {
	names := make([]string, len(s.scenarios))
	for i, scenario := range s.scenarios {
		names[i] = scenario.Name
	}
	return names
}

// Scenarios returns the built-in scenarios, then those of the file in its order.
func (s *Set) Scenarios() []*Scenario { return s.scenarios }

// Webhooks returns the webhooks of the file, in its order.
func (s *Set) Webhooks() []Webhook { return s.webhooks }

// Switches returns the switches of the file, in its order.
func (s *Set) Switches() []Switch { return s.switches }

// Faults returns the faults of the file, in its order.
func (s *Set) Faults() []Fault { return s.faults }

// Connections returns the connections of the file, in its order. The slice must not be changed. It is made by the first
// call: use ConnectionsAfter for a file with many connections.
func (s *Set) Connections() []Connection {
	if s.connections == nil {
		return nil
	}
	return s.connections.list()
}

// ConnectionCount returns the number of connections of the file.
func (s *Set) ConnectionCount() int { return s.connections.len() }

// ConnectionsAfter returns the connections of the file without the first n, in its order.
func (s *Set) ConnectionsAfter(n int) iter.Seq[Connection] { return s.connections.after(n) }

// Connection returns the file's entry for a connection with its key, or nil.
func (s *Set) Connection(key Key) *Connection {
	entry := s.connections.find(key)
	if entry == nil {
		return nil
	}
	return &Connection{Key: key, Scenario: entry.Scenario, Age: entry.Age, Position: entry.Position}
}

// Entry returns the file's entry for a connection, or nil. The entry must not be changed.
func (s *Set) Entry(key Key) *Entry { return s.connections.find(key) }

// Users returns the listed users, sorted, or nil if the file has no list, so that every user exists.
func (s *Set) Users() []string { return s.users.list() }

// Organizations returns the listed organizations, as Users does the users.
func (s *Set) Organizations() []string { return s.organizations.list() }

// KnowsUser reports whether a user exists. Every user exists unless the file is strict and has a list of users.
func (s *Set) KnowsUser(id string) bool { return !s.Strict || s.users.has(id) }

// KnowsOrganization reports whether an organization exists, as KnowsUser does for users.
func (s *Set) KnowsOrganization(id string) bool { return !s.Strict || s.organizations.has(id) }

// Members returns a problem for the user and for the organization of a place if they do not exist.
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
		kind, fields.Abridge(id), suggest(id, listed.sorted), kind, s.Name)
}

// CheckScopes returns what is wrong with a scenario that lacks scopes if its provider asks for none, or "". An empty
// provider means every provider of the file.
func (s *Set) CheckScopes(provider string, scenario *Scenario) string {
	return s.checkScopes(provider, scenario, map[*Scenario]*Scenario{})
}

// checkScopes is CheckScopes. It stores its results about scripts in known, for the next call.
func (s *Set) checkScopes(provider string, scenario *Scenario, known map[*Scenario]*Scenario) string {
	if provider == "" {
		provider = s.scopeless
	}
	if provider == "" {
		return ""
	}
	return checkLacking(scenario, provider, s.Scopes(provider), known)
}

// Where formats a position in the file as file:line:col. For the zero position it returns the name of the Set.
func (s *Set) Where(p Position) string {
	if p.Line == 0 {
		return s.Name
	}
	return s.Name + ":" + strconv.Itoa(int(p.Line)) + ":" + strconv.Itoa(int(p.Column))
}

// IsOf reports whether the Set was read from this text.
func (s *Set) IsOf(text []byte) bool { return s.source.IsOf(text) }

// Digest returns a text that is different for sets with different contents.
func (s *Set) Digest() string {
	start := s.Start.Title()
	if s.Start.Name == "" && s.Start.Steps == nil {
		start = s.Start.State.String() // a title may be cut off
	}
	return fmt.Sprintf("%x-%d-%s", s.source.Digest[:8], s.Seed, start)
}

// Lines returns the first lines of the file, at most maxLines, with an ellipsis in place of each secret. It returns nil
// for the built-in Set.
func (s *Set) Lines(maxLines int) []string { return s.source.Lines(maxLines) }

// Source returns the text of the file, and where its secrets are in it: each from an index to before another one.
func (s *Set) Source() (text []byte, secrets [][2]int) {
	return []byte(s.source.Text), s.source.Spans()
}

// Secrets returns the values of the secrets that Source finds. A reference to a variable stands for itself.
func (s *Set) Secrets() []string { return s.source.Values() }

// UsualStart is the name of the scenario in which connections start by default.
const UsualStart = "active"

// WithStart returns a copy of the Set in which every connection without an entry starts in the scenario with the name.
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

// WithSeed returns a copy of the Set with another seed.
func (s *Set) WithSeed(seed int64) *Set {
	changed := *s
	changed.Seed, changed.overridden = seed, true
	return &changed
}

// Tokens returns the access tokens that the file contains. They are no secret to those who have the file.
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
	for one := range s.ConnectionsAfter(0) {
		gather(one.Scenario)
	}
	for _, one := range s.switches {
		gather(one.Scenario)
	}
	gather(s.Start)
	return all
}

// Builtin returns the Set of a file without any entries: it has the built-in scenarios, and starts in active.
func Builtin() *Set {
	s := &Set{
		Name: "built-in", Seed: 1, Consent: Ask, MultipleConnections: true, lookup: os.LookupEnv,
		providers: map[string]Provider{}, builtins: builtinProviders(),
		readWrite: []string{"read", "write"}, byName: map[string]*Scenario{},
	}
	for _, scenario := range []*Scenario{
		{Name: UsualStart, Description: "Connected, with every scope and an hour to live."},
		{Name: "not_installed", Description: "Never connected.", State: State{State: NotInstalled}},
		{Name: "needs_reauthorization", Description: "Connected once; the user has to authorize again.",
			State: State{State: NeedsReauthorization}},
		{Name: "missing_scopes", Description: "Connected, without the last scope that the provider asks for.",
			State: State{lacksLastScope: true}},
		{Name: "expired", Description: "Active, with a token that expired an hour ago, served as it is.",
			State: State{ExpiresIn: -DefaultLife}},
	} {
		scenario.Builtin = true
		s.define(scenario)
	}
	s.Start = s.byName[UsualStart]
	return s
}

// define adds a scenario. It replaces a built-in scenario with the same name.
func (s *Set) define(scenario *Scenario) {
	if old, ok := s.byName[scenario.Name]; ok {
		s.scenarios = slices.DeleteFunc(s.scenarios, func(other *Scenario) bool { return other == old })
	}
	s.scenarios = append(s.scenarios, scenario)
	s.byName[scenario.Name] = scenario
}
