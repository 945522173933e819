package scenarios

import (
	"slices"

	"example.com/pipesfake/internal/fields"
)

// fault reads a fault. It reports and ignores the keys in dropped, which have no effect in the fault of a step.
func (d *decoder) fault(n *fields.Node, path string, dropped ...string) *Fault {
	before := len(d.Mistakes)
	fault := &Fault{Position: position(n)}
	v := faultMapping().Open(&d.Reader, n, path)
	hasWay := len(d.Mistakes) > before // an unknown key may be a misspelled way to break
	for _, way := range waysToBreak() {
		hasWay = hasWay || v.Node(way) != nil
	}
	for _, key := range dropped {
		if node := v.Node(key); node != nil {
			d.Mistake(node, v.PathOf(key), "%s has no effect in the fault of a step, "+
				"which applies to the calls to token and credentials of its connection: remove it", key)
			v.Drop(key)
		}
	}
	faultMapping().Fill(&d.Reader, v, fault)
	d.checkPlace(v, &fault.Place)
	if v.IsMapping {
		problems := slices.DeleteFunc(fault.Check(), func(one Problem) bool { return one.Field == "" && hasWay })
		d.reportProblems(v, n, before, problems)
	}
	return fault
}
