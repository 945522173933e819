package ui

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// fileData is what the view of the scenario file shows.
type fileData struct {
	Name    string
	Own     string // the name of the server's own file
	Tried   bool   // a text is in force in its place
	Lines   template.HTML
	Rest    listPart
	Refused []mistake
}

// mistake is a mistake in a changed file that was refused.
type mistake struct {
	Text string
	Page string // the offset of the page that shows its line, as the file in force has it; empty if there is none
	Line string
}

// linesOfPage is how many lines of a file are shown at once.
const linesOfPage = 300

func file(r Request) (any, error) {
	set := r.Environment.Scenarios()
	text := set.Lines(math.MaxInt32)
	if text == nil {
		text = []string{""} // the built-in file
	}
	first, _ := strconv.Atoi(r.Query.Get("from"))
	first = min(max(0, first), len(text)-1)
	shown := text[first:min(first+linesOfPage, len(text))]
	data := fileData{
		Name: set.Name, Own: r.Registry.StartOf(r.Environment).Name, Tried: r.Registry.IsTried(r.Environment),
		Rest: listPartOf(first, len(shown), len(text), linesOfPage),
	}
	inForce := linesInForce(r, set, first+1, first+len(shown))
	var lines strings.Builder // not a template: there are hundreds of lines, for which templates are too slow
	for i, line := range shown {
		number := first + i + 1
		writeLine(&lines, number, r.Environment.Redact(line), inForce[int32(number)])
	}
	data.Lines = template.HTML(lines.String())
	for _, refused := range r.Refused {
		data.Refused = append(data.Refused, mistakeOf(refused, set.Name, len(text)))
	}
	return data, nil
}

// writeLine writes a line of the file as HTML, with whom it is in force for, if anybody.
func writeLine(to *strings.Builder, number int, line, whom string) {
	class, mark := "", ""
	if whom != "" {
		class = ` class="force"`
		mark = ` <span class="mark">← in force: ` + template.HTMLEscapeString(whom) + `</span>`
	}
	to.WriteString(`<li id="line-` + strconv.Itoa(number) + `"` + class + `><code>` +
		template.HTMLEscapeString(line) + `</code>` + mark + "</li>")
}

// mistakeOf reads the line number of a problem of a file, which begins with the name of the file and the line. A line
// that the file in force does not have is not linked.
func mistakeOf(problem, file string, lines int) mistake {
	found := mistake{Text: problem}
	position, isInFile := strings.CutPrefix(problem, file+":")
	line, _, hasLine := strings.Cut(position, ":")
	number, err := strconv.Atoi(line)
	if isInFile && hasLine && err == nil && 0 < number && number <= lines {
		found.Line, found.Page = line, strconv.Itoa((number-1)/linesOfPage*linesOfPage)
	}
	return found
}
