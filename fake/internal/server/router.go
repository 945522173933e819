package server

import (
	"cmp"
	"net/http"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"

	"github.com/gorilla/mux"
)

// table finds the route of a request. Paths without variables are looked up in a map. The others are matched by
// gorilla/mux, and only matched: its way of handing on variables copies the request twice, and its middleware runs only
// on a match.
type table struct {
	index  func() routeIndex // made by the first lookup: many servers in tests never get a request
	recent recentMatches
}

// routeIndex holds the routes of a table.
type routeIndex struct {
	fixed    map[string][]*call.Route // by path
	patterns []pattern
}

// pattern is a route whose path has variables. Mux makes a regular expression of each path, which takes longer than
// most calls: it is made when a path first begins and ends like the pattern does.
type pattern struct {
	route         *call.Route
	before, after string // the text in front of the first variable, and behind the last one
	path          func() *mux.Route
}

func newPattern(route *call.Route) pattern {
	return pattern{
		route:  route,
		before: route.Path[:strings.IndexByte(route.Path, '{')],
		after:  route.Path[strings.LastIndexByte(route.Path, '}')+1:],
		path:   sync.OnceValue(func() *mux.Route { return mux.NewRouter().UseEncodedPath().Path(route.Path) }),
	}
}

// match reports whether the pattern is that of a request's encoded path, and returns the variables.
func (p *pattern) match(r *http.Request, path string) (vars map[string]string, ok bool) {
	if !strings.HasPrefix(path, p.before) || !strings.HasSuffix(path, p.after) {
		return nil, false
	}
	var matched mux.RouteMatch
	ok = p.path().Match(r, &matched)
	return matched.Vars, ok
}

// match is the route of a request, with what its path says.
type match struct {
	route     *call.Route
	vars      map[string]string // must not be changed unless they are escaped
	isEscaped bool              // the path has percent signs, and so may the variables
	key       scenarios.Key     // the connection that the variables name, as far as they do
	wrong     error             // what is wrong with them, or nil: invalid_request
}

// readVars sets what the variables say.
func (m *match) readVars() {
	m.key = call.KeyFromPath(m.vars, nil)
	m.wrong = cmp.Or(checkID(m.vars, "user_id"), checkID(m.vars, "organization_id"))
}

// checkID checks an id in a path as those in bodies are checked, if the path has one of this name.
func checkID(vars map[string]string, name string) error {
	if id, isGiven := vars[name]; isGiven {
		if problem := names.CheckID(id); problem != "" {
			return call.Invalid(name, name+" "+problem)
		}
	}
	return nil
}

// recentMatches stores matches by method and path, because mux matches by regular expressions and the same few paths
// are requested again and again. The zero value has none.
type recentMatches struct {
	mu       sync.RWMutex
	byMethod map[string]map[string]match // by path
	count    int
}

// The limits of recentMatches. Further paths, and longer ones, are matched by mux each time.
const (
	maxRecentMatches = 4_000
	maxRecentPath    = 200
)

func (m *recentMatches) get(method, path string) (match, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found, ok := m.byMethod[method][path]
	return found, ok
}

func (m *recentMatches) put(method, path string, found match) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.count == maxRecentMatches {
		return
	}
	if m.byMethod == nil {
		m.byMethod = map[string]map[string]match{}
	}
	if m.byMethod[method] == nil {
		m.byMethod[method] = map[string]match{}
	}
	if _, isKnown := m.byMethod[method][path]; !isKnown {
		m.count++
	}
	m.byMethod[method][path] = found
}

// newTable returns the table of the routes that list returns. It matches the encoded path, so that a slug can contain
// an escaped slash.
func newTable(list func() []call.Route) *table {
	return &table{index: sync.OnceValue(func() routeIndex { return newRouteIndex(list()) })}
}

func newRouteIndex(routes []call.Route) routeIndex {
	index := routeIndex{fixed: map[string][]*call.Route{}}
	for i := range routes {
		route := &routes[i]
		if strings.Contains(route.Path, "{") {
			index.patterns = append(index.patterns, newPattern(route))
		} else {
			index.fixed[route.Path] = append(index.fixed[route.Path], route)
		}
	}
	return index
}

// takes reports whether a route takes a method.
func takes(route *call.Route, method string) bool {
	return route.Method == method || route.Method == call.AnyMethod ||
		route.Method == http.MethodGet && method == http.MethodHead
}

// noRouteError says that no route takes a request.
type noRouteError struct {
	allowed string // the methods that the path takes; empty if there is no such path
}

func (e *noRouteError) Error() string { return "no route" }

// find returns the route of a request with the variables of its path. Its error is a *noRouteError.
func (t *table) find(r *http.Request) (match, error) {
	if found, ok := t.recent.get(r.Method, r.URL.Path); ok && r.URL.RawPath == "" {
		return found, nil
	}
	found, isPath := t.index().find(r)
	if found.isEscaped = r.URL.EscapedPath() != r.URL.Path; !found.isEscaped { // else they are unescaped first
		found.readVars()
	}
	switch {
	case isPath && found.route == nil:
		return match{}, &noRouteError{t.allowed(r)}
	case found.route == nil:
		return match{}, &noRouteError{}
	case found.vars != nil && len(r.URL.Path) < maxRecentPath && !found.isEscaped:
		t.recent.put(r.Method, r.URL.Path, found)
	}
	return found, nil
}

// find returns the first route that takes a request, if any, and whether a route has its path, for any method.
func (i routeIndex) find(r *http.Request) (found match, isPath bool) {
	path := r.URL.EscapedPath()
	for _, route := range i.fixed[path] {
		if isPath = true; takes(route, r.Method) {
			return match{route: route}, true
		}
	}
	for j := range i.patterns {
		p := &i.patterns[j]
		vars, ok := p.match(r, path)
		if ok && takes(p.route, r.Method) {
			return match{route: p.route, vars: vars}, true
		}
		isPath = isPath || ok
	}
	return match{}, isPath
}

// allowed lists the methods that a path takes.
func (t *table) allowed(r *http.Request) string {
	var methods []string
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		attempt := *r
		attempt.Method = method
		if found, _ := t.index().find(&attempt); found.route != nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}
