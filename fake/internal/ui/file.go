package ui

import (
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// source is the scenario file, a line at a time.
type source struct {
	Name    string
	Lines   template.HTML
	Rest    rest
	Refused []problem
}

// problem is a mistake of a refused file.
type problem struct {
	Text string
	Page string // where its line is shown of the file in force
	Line string
}

// linesOfPage is how much of a file is shown at once.
const linesOfPage = 300

// mostMarked is how many switches are looked at for what a file has in force.
const mostMarked = 1000

// samples is how many connections of the file are looked at to find out whether a scenario is in force for one.
const samples = 5

func file(r Request) (any, error) {
	set := r.Environment.Scenarios()
	s := source{Name: set.Name}
	text := set.Lines(math.MaxInt32)
	if text == nil {
		text = []string{""} // the built-in one
	}
	first, _ := strconv.Atoi(r.Query.Get("from"))
	first = min(max(0, first), len(text)-1)
	shown := text[first:min(first+linesOfPage, len(text))]
	s.Rest = restOf(first, len(shown), len(text), linesOfPage)
	inForce := linesInForce(r, set, first+1, first+len(shown))
	var lines strings.Builder // by hand: there are hundreds, for which a template takes too long
	for i, text := range shown {
		number, mark := first+i+1, ""
		if whom := inForce[int32(number)]; whom != "" {
			mark = ` <span class="mark">← in force: ` + template.HTMLEscapeString(whom) + `</span>`
		}
		class := map[bool]string{true: ` class="force"`}[mark != ""]
		lines.WriteString(`<li id="line-` + strconv.Itoa(number) + `"` + class + `><code>` + template.HTMLEscapeString(r.Environment.Redact(text)) + `</code>` + mark + "</li>")
	}
	s.Lines = template.HTML(lines.String())
	for _, refused := range r.Refused {
		one := problem{Text: refused}
		if parts := strings.SplitN(strings.TrimPrefix(refused, set.Name+":"), ":", 2); len(parts) == 2 && strings.HasPrefix(refused, set.Name+":") {
			if n, err := strconv.Atoi(parts[0]); err == nil && n > 0 && n <= len(text) {
				one.Line, one.Page = parts[0], strconv.Itoa((n-1)/linesOfPage*linesOfPage)
			}
		}
		s.Refused = append(s.Refused, one)
	}
	return s, nil
}

// linesInForce tells of the lines that decide something now whom they do it for: the start, switches and faults, and
// the connections' entries between two lines; and the scenarios that these name, with the steps that they are in.
func linesInForce(r Request, set *scenarios.Set, from, to int) map[int32]string {
	marks := map[int32]string{}
	mark := func(at scenarios.Position, text string) {
		text = r.Hide(text)
		if old := marks[at.Line]; at.Line > 0 && old == "" {
			marks[at.Line] = text
		} else if at.Line > 0 && old != text && !strings.HasSuffix(old, " and others") {
			marks[at.Line] = old + " and others"
		}
	}
	switches, _ := r.Environment.Switches(mostMarked)
	if !slices.ContainsFunc(switches, func(s model.Switch) bool { return s.Place == scenarios.Place{} }) {
		mark(set.StartAt, "everybody else")
		mark(set.Start.Position, "everybody else")
	}
	for _, one := range slices.Backward(switches) {
		mark(one.Position, one.Place.String())
		mark(one.Scenario.Position, one.Place.String())
	}
	laid, _ := r.Environment.Faults()
	for i := range laid {
		mark(laid[i].Position, laid[i].ID)
	}
	var keys []scenarios.Key
	sampled := map[*scenarios.Scenario]int{}
	for _, one := range set.Connections() {
		isShown := int(one.Position.Line) >= from && int(one.Position.Line) <= to
		if isShown || sampled[one.Scenario] < samples {
			sampled[one.Scenario]++
			keys = append(keys, one.Key)
		}
	}
	looked := append(r.Environment.InspectAll(keys),
		r.Environment.Overview(model.From{Connection: uint64(len(set.Connections()))}, rowsOfPage).Connections...)
	for _, c := range looked {
		of := whose(c.Key) + ", " + c.Provider
		if c.Decision.By == model.ByConnections {
			mark(set.Connection(c.Key).Position, of)
		}
		if mark(c.Decision.Scenario.Position, of); c.Decision.By == model.ByStart && len(c.Decision.Steps) == 0 {
			continue
		}
		for _, step := range c.Decision.Steps {
			mark(step.Script.Position, of)
			mark(step.At, of)
		}
	}
	return marks
}
