package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// decoder builds a Set from the nodes of a document, while its Reader collects the mistakes.
type decoder struct {
	fields.Reader
	set           *Set
	lackingScopes map[*Scenario]*Scenario // results of Scenario.firstLacking
	webhooks      map[string]int32        // the line of the first webhook to each address

	readingScenarios bool     // while the names of scenarios are not all known
	postponed        []func() // what must wait for the names
	depth            int      // number of inline scripts around the current node
}

func newDecoder(set *Set) *decoder {
	return &decoder{
		set: set, lackingScopes: map[*Scenario]*Scenario{}, webhooks: map[string]int32{},
	}
}

// problems returns the mistakes found so far. A value whose variables could not be replaced has no other mistakes.
func (d *decoder) problems(file string) Problems {
	secrets, unresolved := map[fields.Position]*fields.Node{}, map[fields.Position]bool{}
	for _, n := range d.Secrets {
		if n.Written != "" {
			secrets[n.Position] = n
		}
	}
	problems := make(Problems, 0, len(d.Mistakes))
	for _, mistake := range d.Mistakes {
		if unresolved[mistake.Position] {
			continue
		}
		unresolved[mistake.Position] = mistake.Code == fields.Unresolved
		message := mistake.Message
		if n := secrets[mistake.Position]; n != nil {
			message = withoutSecret(message, n)
		}
		if mistake.Written != "" && !strings.Contains(message, "${") {
			message += " (the value comes from " + variablesIn(mistake.Written) + ")"
		}
		problems = append(problems, Problem{
			File: file, Position: Position(mistake.Position), Field: mistake.Path, Message: message, code: mistake.Code,
		})
	}
	return problems
}

// fileProblems returns the problems of a file in its order, without values of variables, or nil if it has none.
func (d *decoder) fileProblems() Problems {
	if len(d.Mistakes) == 0 {
		return nil
	}
	problems := d.problems(d.set.Name)
	for i := range problems {
		problems[i].Message = d.set.HideVariables(problems[i].Message)
	}
	problems.sort()
	return problems
}

// knowsNames reports whether what other entries refer to has no mistakes.
func (d *decoder) knowsNames() bool {
	others := []string{
		"age", "connections", "consent", "faults", "max_connections", "multiple_connections", "redirect_uris",
		"scenarios", "seed", "start", "switches", "webhooks",
	}
	return !slices.ContainsFunc(d.Mistakes, func(m fields.Mistake) bool {
		key, _, _ := strings.Cut(m.Path, ".")
		key, _, _ = strings.Cut(key, "[")
		return !slices.Contains(others, key)
	})
}

// variablesIn lists the variables that a value names: ${HOST}, ${PORT}. Their defaults are left out, which may be
// secret.
func variablesIn(written string) string {
	var names []string
	for _, part := range strings.Split(strings.ReplaceAll(written, "$${", ""), "${")[1:] {
		end := strings.IndexFunc(part, func(r rune) bool { return r == ':' || r == '}' })
		names = append(names, "${"+part[:max(end, 0)]+"}")
	}
	return strings.Join(names, ", ")
}

// withoutSecret returns a message about a secret with the reference to its variable in place of its value.
func withoutSecret(message string, n *fields.Node) string {
	if n.Text == "" {
		return message
	}
	message = strings.ReplaceAll(message, n.String(), n.Written)
	message = strings.ReplaceAll(message, strconv.Quote(n.Text), n.Written)
	if len(n.Text) >= minSecret {
		message = strings.ReplaceAll(message, n.Text, n.Written)
	}
	return message
}

// HideVariables returns a text about the file with ${NAME} in place of the value of each variable that the file names,
// wherever it stands: a variable that is a secret in one place of a file can be misplaced in another. Values of fewer
// than 8 bytes stay.
func (s *Set) HideVariables(text string) string {
	for _, name := range slices.Sorted(maps.Keys(s.variables)) {
		value := s.variables[name]
		if len(value) < minSecret {
			continue
		}
		quoted := strconv.Quote(value)
		shown := []string{value, quoted[1 : len(quoted)-1], strings.TrimSuffix(fields.Abridge(value), "…")}
		for _, form := range shown {
			text = strings.ReplaceAll(text, form, "${"+name+"}")
		}
	}
	return text
}

// minSecret is the length from which on a secret is recognized without quotes. A shorter one is a word like others.
const minSecret = 8

func position(n *fields.Node) Position { return Position(n.Position) }

// whenNamesAreKnown calls do as soon as the names of all scenarios are known.
func (d *decoder) whenNamesAreKnown(do func()) {
	if d.readingScenarios {
		d.postponed = append(d.postponed, do)
		return
	}
	do()
}

// checkName reports whether a key can be the name of a thing. If not, it reports a mistake.
func (d *decoder) checkName(key *fields.Node, path, thing string) bool {
	if !names.IsName(key.Text) {
		d.Mistake(key, path, "%q is not a name for %s: 1 to 64 letters, digits, dashes, dots or underscores, "+
			"first a letter, digit or underscore", fields.Abridge(key.Text), thing)
		return false
	}
	return true
}

// reportProblems reports the problems of the struct that a mapping was read into. It skips fields that have a mistake
// already: their values could not be read.
func (d *decoder) reportProblems(v *fields.Values, n *fields.Node, before int, problems Problems) {
	for _, problem := range problems {
		key, _, _ := strings.Cut(problem.Field, ".")
		switch {
		case key == "":
			d.Mistake(n, v.Path, "%s", problem.Message)
		case !d.HasMistake(before, v.PathOf(key)):
			d.Mistake(cmp.Or(v.Node(key), n), v.PathOf(problem.Field), "%s", problem.Message)
		}
	}
}

// checkPlace reports the fields of a place that name something unknown. It skips fields that could not be read.
func (d *decoder) checkPlace(v *fields.Values, place *Place) {
	d.checkProvider(v, place.Provider)
	d.checkUser(v, place.User)
	d.checkOrganization(v, place.Organization)
}

// checkScopes reports a scenario that lacks scopes in an entry for a provider that asks for none.
func (d *decoder) checkScopes(n *fields.Node, path, provider string, scenario *Scenario) {
	if problem := d.set.checkScopes(provider, scenario, d.lackingScopes); problem != "" {
		d.Mistake(n, path, "%s", problem)
	}
}

// checkProvider reports a provider that does not exist.
func (d *decoder) checkProvider(v *fields.Values, slug string) {
	if !v.IsGood("provider") {
		return
	}
	if err := d.set.checkProvider(slug, d.Suggest); err != nil {
		d.Mistake(v.Node("provider"), v.PathOf("provider"), "%s", err)
	}
}

func (d *decoder) checkUser(v *fields.Values, id string) {
	if v.IsGood("user_id") {
		d.checkMember(v.Node("user_id"), v.PathOf("user_id"), "user", id, d.set.users)
	}
}

func (d *decoder) checkOrganization(v *fields.Values, id string) {
	if v.IsGood("organization_id") {
		d.checkMember(v.Node("organization_id"), v.PathOf("organization_id"), "organization", id, d.set.organizations)
	}
}

// checkMember reports a user or an organization that a strict file does not list.
func (d *decoder) checkMember(n *fields.Node, path, kind, id string, listed listedIDs) {
	if problem := d.set.checkMember(kind, id, listed, d.Suggest); problem != "" {
		d.Mistake(n, path, "%s", problem)
	}
}
