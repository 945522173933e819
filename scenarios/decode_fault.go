package scenarios

import (
	"cmp"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// fault reads a fault. The keys in dropped are those that do not belong to a fault of a step.
func (d *decoder) fault(n *fields.Node, path string, dropped ...string) *Fault {
	before := len(d.Mistakes)
	fault := &Fault{Position: position(n)}
	v := faultMapping.Open(&d.Reader, n, path)
	hasWay := len(d.Mistakes) > before // an unknown key may have been meant as one
	for _, way := range WaysToBreak() {
		hasWay = hasWay || v.Node(way) != nil
	}
	for _, key := range dropped {
		if node := v.Node(key); node != nil {
			d.Mistake(node, v.PathOf(key), "%s has no effect in the fault of a step, "+
				"which applies to the calls to token and credentials of its connection: remove it", key)
			v.Drop(key)
		}
	}
	faultMapping.Fill(&d.Reader, v, fault)
	d.place(v, &fault.Place)
	if v.IsMapping {
		d.faultAsAWhole(v, n, before, hasWay, fault.Check())
	}
	return fault
}

// faultAsAWhole reports what is wrong with a fault, unless the same field has a mistake already: nothing more can be
// said of a value that could not be read.
func (d *decoder) faultAsAWhole(v *fields.Values, n *fields.Node, before int, hasWay bool, problems Problems) {
	for _, problem := range problems {
		key, _, _ := strings.Cut(problem.Field, ".")
		switch {
		case key == "" && !hasWay:
			d.Mistake(n, v.Path, "%s", problem.Message)
		case key != "" && !d.HasMistake(before, v.PathOf(key)):
			d.Mistake(cmp.Or(v.Node(key), n), v.PathOf(problem.Field), "%s", problem.Message)
		}
	}
}
