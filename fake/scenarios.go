package fake

// Scenarios returns the names of the scenarios that Use takes: the built-in ones, and those of the scenario file.
func (e *Environment) Scenarios() []string {
	var names []string
	for _, one := range e.open().Scenarios().Scenarios() {
		names = append(names, one.Name)
	}
	return names
}

// TryScenarios resets the environment to the start of the text of a scenario file, which takes the place of the
// server's own file there: until UntryScenarios, or until the server loads a changed file. Reset keeps the text. A text
// with mistakes fails the test, and the message lists all of them.
func (e *Environment) TryScenarios(text string) {
	e.t.Helper()
	opened := e.open()
	if _, _, err := e.server.server.Environments().Try(opened, []byte(text)); err != nil {
		e.t.Fatalf("pipesfake: TryScenarios: %v", err)
	}
}

// UntryScenarios resets the environment to the start of the scenario file that it had before TryScenarios.
func (e *Environment) UntryScenarios() { e.server.server.Environments().Untry(e.open()) }
