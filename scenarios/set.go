package scenarios

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Set is a scenario file, read and checked: it never changes, and any number of goroutines may share it.
type Set struct {
	Name    string // the file as it was named to Parse; "built-in" for Builtin
	Seed    int64
	Strict  bool
	Start   *Scenario
	Consent string        // what becomes of consent pages: Ask, Approve, Deny or Fail
	Age     time.Duration // how long Start has been in force when an environment begins
	StartAt Position      // where the file says start; zero: it does not

	providers     map[string]Provider
	scopeless     string // the first of the providers, by slug, that asks for no scopes; empty: each asks for some
	builtins      map[string]builtin
	readWrite     []string // what a provider asks for of which neither knows
	users         ids
	organizations ids
	scenarios     []*Scenario
	byName        map[string]*Scenario
	connections   []Connection
	switches      []Switch
	faults        []Fault
	webhooks      []Webhook
	index         map[Key]int32
	digest        [sha256.Size]byte // of the text it was read from
	text          []byte
	secrets       []hidden // of the text
	overridden    bool     // its seed or start is not the text's
}

// ids are a list of the file, each with its line; nil: no list was given, and anybody exists.
type ids map[string]int32

func (list ids) has(id string) bool {
	_, ok := list[id]
	return ok || list == nil
}

// sorted are the ids, for suggestions.
func (list ids) sorted() []string { return slices.Sorted(maps.Keys(list)) }

// Scenario is a state, or a script of steps, under a name. Inline ones have no name.
type Scenario struct {
	Name        string
	Description string
	State       State    // of one without steps
	Steps       []Step   // of a script; nil: it is none
	Consent     string   // what becomes of consent pages while it is in force; empty: what the file says
	Repeat      int      // how often the steps are played; 0: once; or Forever
	Position    Position // zero for the built-in ones and those of a control call
	Builtin     bool
}

// Title is how a scenario is spoken of: its name, or what it says, without secrets.
func (s *Scenario) Title() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Steps != nil:
		return fmt.Sprintf("a script of %d steps", len(s.Steps))
	}
	return s.State.String()
}

// Key names one connection: Organization is empty for a connection without one, User for one that its
// organization owns.
type Key struct {
	Provider, User, Organization string
}

// Connection is an entry of the file's connections: who starts differently.
type Connection struct {
	Key
	Scenario *Scenario
	Age      time.Duration // how long it has been in force when an environment begins
	Position Position
}

// Switch puts a scenario in force for the connections of a place, from the start on.
type Switch struct {
	Place
	Scenario *Scenario
	Age      time.Duration // how long it has been in force when an environment begins
	TTL      time.Duration // zero: until something newer
	Position Position
}

// Position is a place in a file; the zero Position is none.
type Position struct {
	Line, Column int32
}

// Scenario finds a scenario by its name. The error of an unknown name suggests the nearest one.
func (s *Set) Scenario(name string) (*Scenario, error) { return s.findScenario(name, suggestOne) }

// suggestion describes the nearest of some candidates, as DidYouMean does.
type suggestion func(word string, candidates func() []string) string

// suggestOne is the suggestion for a word on its own.
func suggestOne(word string, candidates func() []string) string {
	return DidYouMean(word, candidates())
}

func (s *Set) findScenario(name string, suggest suggestion) (*Scenario, error) {
	if found, ok := s.byName[name]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("unknown scenario %q%s", Abridge(name), suggest(name, s.names))
}

// Scenarios are those of the file in its order, after the built-in ones.
func (s *Set) Scenarios() []*Scenario { return s.scenarios }

// SecretFields are the names of config fields that some provider declares secret.
func (s *Set) SecretFields() (names []string) {
	for _, provider := range s.providers {
		for name, field := range provider.Fields {
			if field.Secret && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Webhook is an endpoint that is told of events from the start on.
type Webhook struct {
	URL      string
	Secret   string   // empty: one that derives from the seed
	Events   []string // their names
	Position Position
}

// Webhooks are those of the file, in its order.
func (s *Set) Webhooks() []Webhook { return s.webhooks }

// What becomes of a consent page.
const (
	Ask     = "ask" // the user decides
	Approve = "approve"
	Deny    = "deny"
	Fail    = "fail" // at the provider
)

// Consents are these words.
func Consents() []string { return []string{Ask, Approve, Deny, Fail} }

// Switches are those of the file, in its order.
func (s *Set) Switches() []Switch { return s.switches }

// Faults are those of the file, in its order.
func (s *Set) Faults() []Fault { return s.faults }

// Connections are those of the file, in its order.
func (s *Set) Connections() []Connection { return s.connections }

// Connection finds the file's entry for one connection; nil when there is none. It may not be changed.
func (s *Set) Connection(key Key) *Connection {
	i, ok := s.index[key]
	if !ok {
		return nil
	}
	return &s.connections[i]
}

// Provider tells whether a provider exists. With strict these are the file's, otherwise any slug that
// could be one; the error suggests the nearest of the file.
func (s *Set) Provider(slug string) error { return s.checkProvider(slug, suggestOne) }

func (s *Set) checkProvider(slug string, suggest suggestion) error {
	if problem := CheckSlug(slug); problem != "" {
		return fmt.Errorf("provider %s", problem)
	}
	if _, ok := s.providers[slug]; s.Strict && !ok {
		return fmt.Errorf("unknown provider %q%s: with strict only the providers of %s exist",
			Abridge(slug), suggest(slug, s.Providers), s.Name)
	}
	return nil
}

// KnowsUser tells whether a user exists. With strict and a list of users these are the file's, otherwise
// everybody does.
func (s *Set) KnowsUser(id string) bool { return !s.Strict || s.users.has(id) }

// KnowsOrganization tells the same of an organization.
func (s *Set) KnowsOrganization(id string) bool { return !s.Strict || s.organizations.has(id) }

// Members tells which user and organization of a place do not exist, by field.
func (s *Set) Members(place Place) (problems Problems) {
	for _, one := range []struct {
		field, kind, id string
		listed          ids
	}{{"user_id", "user", place.User, s.users}, {"organization_id", "organization", place.Organization, s.organizations}} {
		if one.id != "" && s.Strict && !one.listed.has(one.id) {
			near := suggestOne(one.id, one.listed.sorted)
			problems = append(problems, Problem{Field: one.field, Message: s.nobody(one.kind, one.id, near)})
		}
	}
	return problems
}

func (s *Set) nobody(kind, id, suggestion string) string {
	return fmt.Sprintf("unknown %s %q%s: with strict only the %ss of %s exist", kind, Abridge(id), suggestion, kind, s.Name)
}

// Where writes a position of this set as file:line:col, and a zero one as the set's name.
func (s *Set) Where(p Position) string {
	if p.Line == 0 {
		return s.Name
	}
	return s.Name + ":" + strconv.Itoa(int(p.Line)) + ":" + strconv.Itoa(int(p.Column))
}

// IsOf tells whether the set was read from just this text.
func (s *Set) IsOf(text []byte) bool { return s.digest == sha256.Sum256(text) }

// Digest tells sets apart that say different things.
func (s *Set) Digest() string {
	return fmt.Sprintf("%x-%d-%s", s.digest[:8], s.Seed, s.Start.Title())
}

// UsualStart is the scenario in force at the start unless the file says another.
const UsualStart = "active"

// WithStart is the same set with another scenario in force for everybody at the start.
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

// WithSeed is the same set with another seed.
func (s *Set) WithSeed(seed int64) *Set {
	changed := *s
	changed.Seed, changed.overridden = seed, true
	return &changed
}

func (s *Set) names() []string {
	names := make([]string, len(s.scenarios))
	for i, scenario := range s.scenarios {
		names[i] = scenario.Name
	}
	return names
}

// Builtin is the set of an empty file: the five built-in scenarios, active for everybody.
func Builtin() *Set {
	s := &Set{
		Name: "built-in", Seed: 1, Consent: Ask, providers: map[string]Provider{}, builtins: builtins(),
		readWrite: []string{"read", "write"}, byName: map[string]*Scenario{},
	}
	for _, scenario := range []*Scenario{
		{Name: UsualStart, Description: "Connected, with every scope and an hour to live."},
		{Name: "not_installed", Description: "Never connected.", State: State{State: NotInstalled}},
		{Name: "needs_reauthorization", Description: "Connected once; the user has to authorize again.", State: State{State: NeedsReauthorization}},
		{Name: "missing_scopes", Description: "Connected, without the last scope that the provider asks for.", State: State{lacksLast: true}},
		{Name: "expired", Description: "Active, with a token that expired an hour ago, served as it is.", State: State{ExpiresIn: -DefaultLife}},
	} {
		scenario.Builtin = true
		s.define(scenario)
	}
	s.Start = s.byName[UsualStart]
	return s
}

// define adds a scenario, in the place of a built-in one of the same name.
func (s *Set) define(scenario *Scenario) {
	if old, ok := s.byName[scenario.Name]; ok {
		s.scenarios = slices.DeleteFunc(s.scenarios, func(other *Scenario) bool { return other == old })
	}
	s.scenarios = append(s.scenarios, scenario)
	s.byName[scenario.Name] = scenario
}

// Abridge keeps an error readable whatever it quotes.
func Abridge(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
