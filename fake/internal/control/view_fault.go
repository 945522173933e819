package control

import (
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// ActiveFault is a fault in force, in the words of the call that added it.
type ActiveFault struct {
	ID        string
	Fault     Fault
	DefinedAt *string // file:line:col; null for one of a control call
	Struck    int     // how many calls
	Serial    int     // only for who added it; zero: not shown, because it differs after a reset
}

// MarshalJSON writes the fields of the fault between its id and what became of it.
func (a ActiveFault) MarshalJSON() ([]byte, error) {
	view := fields.Tree{{Key: "id", Value: a.ID}}
	view = append(view, a.Fault.tree...)
	view.Add(true, "defined_at", a.DefinedAt)
	view.Add(true, "struck", a.Struck)
	view.Add(a.Serial != 0, "serial", a.Serial)
	return view.MarshalJSON()
}

// Fault is what a fault says, as its description in package scenarios writes it.
type Fault struct{ tree fields.Tree }

// MarshalJSON writes the fields that are set.
func (f Fault) MarshalJSON() ([]byte, error) { return f.tree.MarshalJSON() }

func (v views) activeFault(set *scenarios.Set, active fault.Active) ActiveFault {
	return ActiveFault{
		ID: active.ID, Fault: *v.fault(&active.Fault),
		DefinedAt: definedAt(set, active.Position), Struck: active.Matches,
	}
}

// fault returns what a fault says, with the defaults of a rate limit and of a range of delays; nil for no fault.
func (v views) fault(f *scenarios.Fault) *Fault {
	if f == nil {
		return nil
	}
	tree := slices.Clone(f.Tree())
	for i, field := range tree {
		switch value := field.Value.(type) {
		case fields.Tree:
			tree[i].Value = withDefaults(f, field.Key, value)
		case string:
			tree[i].Value = v.faultText(field.Key, value)
		case *string:
			if value != nil {
				tree[i].Value = v.faultText(field.Key, *value)
			}
		}
	}
	return &Fault{tree}
}

// faultText masks the fields of a fault that users fill with ids and texts.
func (v views) faultText(key, value string) string {
	switch key {
	case "user_id", "organization_id", "body":
		return v.Hide(value)
	case "provider": // what is shown must be a slug
		if shown := v.Hide(value); shown != value {
			return strings.ReplaceAll(shown, "…", "hidden-")
		}
	}
	return value
}

func withDefaults(f *scenarios.Fault, key string, value fields.Tree) fields.Tree {
	switch {
	case key == "rate_limit" && f.RateLimit.By == "":
		value.Add(true, "by", scenarios.ByKey)
	case key == "delay" && f.Delay.Min == 0:
		value = append(fields.Tree{{Key: "min", Value: scenarios.FormatDuration(0)}}, value...)
	}
	return value
}

// definedAt returns the place in the scenario file as file:line:col; nil means a call made it, or it is built in.
func definedAt(set *scenarios.Set, at scenarios.Position) *string {
	if at.Line == 0 {
		return nil
	}
	return pipes.TextOrNull(set.Where(at))
}
