package scenarios

import "example.com/pipesfake/internal/fields"

// reference reads the name of a scenario, or an inline scenario. It returns nil if the name is unknown.
func (d *decoder) reference(n *fields.Node, path string) *Scenario {
	if n.Kind == fields.Map {
		return d.inline(n, path)
	}
	if !n.IsScalar() || n.Kind == fields.Null {
		d.Mistake(n, path, "%s must be a scenario's name or a scenario, not %s", d.Name(path), n)
		return nil
	}
	name, ok := textType().TryRead(&d.Reader, n, path)
	if !ok {
		return nil
	}
	scenario, err := d.set.findScenario(name, d.Suggest)
	if err != nil {
		d.MistakeOf(fields.Unknown, n, path, "%s", err)
	}
	return scenario
}

// inline reads an inline scenario. The nesting of inline scripts is checked once, at the outermost one.
func (d *decoder) inline(n *fields.Node, path string) *Scenario {
	before := len(d.Mistakes)
	scenario := d.scenario(n, path)
	if d.depth == 0 && len(d.Mistakes) == before {
		if scenario.measureNesting(); scenario.nesting > acceptedNesting {
			d.reportNesting(n, path, scenario)
		}
	}
	return scenario
}

// referenceAt reads the reference under a key. It returns nil if the key is missing.
func (d *decoder) referenceAt(v *fields.Values, key string) *Scenario {
	if n := v.Node(key); n != nil {
		return d.reference(n, v.PathOf(key))
	}
	return nil
}

// scenario reads a scenario that is written as a mapping.
func (d *decoder) scenario(n *fields.Node, path string) *Scenario {
	before := len(d.Mistakes)
	scenario := &Scenario{Position: position(n)}
	v := scenarioMapping().Open(&d.Reader, n, path)
	if v.Node("steps") != nil {
		d.script(v, scenario)
		return scenario
	}
	if repeat := v.Node("repeat"); repeat != nil {
		d.Mistake(repeat, v.PathOf("repeat"), "repeat needs steps too")
		v.Drop("repeat")
	}
	scenarioMapping().Fill(&d.Reader, v, scenario)
	d.reportProblems(v, n, before, scenario.State.Check())
	return scenario
}

// script reads a scenario that has steps.
func (d *decoder) script(v *fields.Values, scenario *Scenario) {
	for _, key := range keysBesideNoSteps() {
		if n := v.Node(key); n != nil {
			d.Mistake(n, v.PathOf(key), "%s has no effect together with steps: write it in the scenario of a step", key)
			v.Drop(key)
		}
	}
	scenarioMapping().Fill(&d.Reader, v, scenario)
	scenario.Steps = []Step{}
	steps, path := v.Node("steps"), v.PathOf("steps")
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > acceptedNesting {
		d.Mistake(steps, path, "scripts are nested more than %d deep here: "+
			"write these steps into the script around them", maxNesting)
		return
	}
	if len(steps.Items) > maxSteps+2 { // an export adds up to two steps to a script
		d.Mistake(steps, path, "steps has %d steps; at most %d are allowed: repeat plays the same ones again",
			len(steps.Items), maxSteps)
		return
	}
	if steps.Kind == fields.List {
		scenario.Steps = make([]Step, len(steps.Items))
	}
	i, hasState := 0, false
	d.List(steps, path, func(item *fields.Node, path string) {
		isLast := scenario.Repeat == 0 && i == len(scenario.Steps)-1
		if d.step(item, path, &scenario.Steps[i], isLast) {
			hasState = true
		}
		i++
	})
	if steps.Kind == fields.List && !hasState {
		d.Mistake(steps, path, "steps has no scenario: at least one step must be one")
	}
}

// step reads a step. The last step stays in force. isState reports whether the step is meant to be a scenario, even if
// it has mistakes, or if its name is not looked up yet.
func (d *decoder) step(n *fields.Node, path string, step *Step, isLast bool) (isState bool) {
	v := stepMapping().Read(&d.Reader, n, path, step)
	step.Position = position(n)
	if !v.IsMapping {
		return true
	}
	if fault := v.Node("fault"); fault != nil {
		step.Fault = d.fault(fault, v.PathOf("fault"), placeKeys()...)
	}
	if reference := v.Node("scenario"); reference != nil {
		isState = true
		depth := d.depth
		d.whenNamesAreKnown(func() {
			defer func(before int) { d.depth = before }(d.depth)
			d.depth = depth
			step.Scenario = d.reference(reference, v.PathOf("scenario"))
		})
	}
	hasTimes, hasFor := v.Node("times") != nil, v.Node("for") != nil
	switch {
	case isState == (step.Fault != nil):
		d.Mistake(n, path, "a step is a scenario or a fault: write exactly one of them")
	case hasTimes && hasFor:
		d.Mistake(v.Node("for"), v.PathOf("for"),
			"for and times exclude each other: a step lasts a number of calls, or a duration")
	case !hasTimes && !hasFor && !isLast:
		d.Mistake(n, path, "the step needs times (calls) or for (a duration): only the last step without repeat stays")
	case (hasTimes || hasFor) && isLast:
		d.Mistake(n, path,
			"the last step takes neither times nor for, because nothing comes after it: add a step, or repeat")
	}
	return isState
}

// checkNesting reports named scripts whose steps lead back to them, or through too many scripts.
func (d *decoder) checkNesting(path string) {
	open, done := map[*Scenario]bool{}, map[*Scenario]bool{}
	var visit func(s *Scenario)
	visit = func(s *Scenario) {
		open[s] = true
		for _, step := range s.Steps {
			to := step.Scenario
			place := &fields.Node{Position: fields.Position(step.Position)}
			switch {
			case to == nil:
				continue
			case open[to]:
				d.Mistake(place, fields.Join(path, s.Name), "this step makes a cycle: %s leads back to %s", to.Title(),
					s.Title())
				continue
			case !done[to]:
				visit(to)
			}
			s.nesting = max(s.nesting, to.nesting+1)
			if s.nesting > acceptedNesting && to.nesting <= acceptedNesting { // not again for the scripts around it
				d.reportNesting(place, fields.Join(path, s.Name), s)
			}
		}
		if s.Steps != nil {
			s.nesting = max(s.nesting, 1)
		}
		open[s], done[s] = false, true
	}
	for _, s := range d.set.scenarios {
		if !done[s] {
			visit(s)
		}
	}
}

// reportNesting reports a script that leads through too many others.
func (d *decoder) reportNesting(n *fields.Node, path string, s *Scenario) {
	d.Mistake(n, path, "%s leads through more than %d scripts, one in another: "+
		"write the steps of some into those that name them", s.Title(), maxNesting)
}
