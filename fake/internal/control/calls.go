package control

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// Calls lists the control calls.
type Calls struct {
	Calls   []DescribedCall `json:"calls"`
	OpenAPI string          `json:"openapi"` // the path of the whole description
	Page    string          `json:"page"`    // the path of the page
}

// DescribedCall says what a control call does.
type DescribedCall struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Does   string `json:"does"`
}

// GetCalls lists the control calls, as openapi.json describes them, ordered by path.
func GetCalls(Call) (any, error) {
	var described struct {
		Paths map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal(openAPI, &described); err != nil {
		return nil, err
	}
	list := Calls{OpenAPI: "/_control/openapi.json", Page: "/_ui/"}
	for path, methods := range described.Paths {
		for method, one := range methods {
			list.Calls = append(list.Calls, DescribedCall{strings.ToUpper(method), path, one.Summary})
		}
	}
	slices.SortFunc(list.Calls, func(a, b DescribedCall) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return list, nil
}
