package control

import (
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/redact"
)

// GetCoverage returns which responses the environment gave, or (all=true) those of every environment since the server
// began, including what was counted before resets; as JSON or Markdown.
func GetCoverage(c Call) (any, error) {
	var p coverageParameters
	if err := readQuery(c, coverageQuery(), &p, nil); err != nil {
		return nil, err
	}
	view := c.Coverage()
	if p.all == "true" {
		var err error
		if view, err = c.CoverageOfAll(); err != nil {
			return nil, err
		}
	}
	if p.format == "markdown" {
		return call.Text{ContentType: "text/markdown; charset=utf-8", Body: []byte(view.markdown())}, nil
	}
	return view, nil
}

// Coverage returns which responses the environment gave.
func (c Call) Coverage() Coverage {
	counted := c.Environment.Journal.Coverage()
	return c.viewsOfAll().coverage(c.coveredProviders(counted), counted)
}

// CoverageOfAll returns which responses every environment gave since the server began.
func (c Call) CoverageOfAll() (Coverage, error) {
	counted, err := c.Registry.Coverage(c.context())
	return c.viewsOfAll().coverage(c.coveredProviders(counted), counted), err
}

// viewsOfAll returns views that mask the secrets of all environments.
func (c Call) viewsOfAll() views {
	noFields := func() []string { return nil } // coverage has no values with names
	return views{redact.New(c.Registry.Redactor(), noFields)}
}

// coveredProviders returns the providers of the file, and those that calls made or saw, sorted.
func (c Call) coveredProviders(counted journal.Coverage) []string {
	exists := func(slug string) bool { return c.Environment.CheckPlace(model.Place{Provider: slug}) == nil }
	return counted.Providers(exists, c.Environment.Scenarios().Providers()...)
}

// DeleteCoverage forgets what all environments have counted.
func DeleteCoverage(c Call) (any, error) {
	if err := c.Registry.ResetCoverage(c.context()); err != nil {
		return nil, err
	}
	return c.views().coverage(c.coveredProviders(nil), nil), nil
}
