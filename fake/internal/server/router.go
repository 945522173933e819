package server

import (
	"net/http"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/call"

	"github.com/gorilla/mux"
)

// table finds the route of a request. Paths without variables are looked up in a map. The others are matched by
// gorilla/mux, and only matched: its way of handing on variables copies the request twice, and its middleware runs only
// on a match.
type table struct {
	fixed  map[string]map[string]*call.Route // by path, then method
	router *mux.Router
	routes map[*mux.Route]*call.Route
	recent *recentMatches
}

// recentMatches stores matches by method and path, because mux matches by regular expressions and the same few paths
// are requested again and again.
type recentMatches struct {
	mu      sync.RWMutex
	matches map[methodAndPath]match
}

type methodAndPath struct{ method, path string }

type match struct {
	route *call.Route
	vars  map[string]string // must not be changed
}

// The limits of recentMatches. Further paths, and longer ones, are matched by mux each time.
const (
	maxRecentMatches = 1000
	maxRecentPath    = 200
)

func (m *recentMatches) get(at methodAndPath) (match, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found, ok := m.matches[at]
	return found, ok
}

func (m *recentMatches) put(at methodAndPath, found match) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.matches) < maxRecentMatches {
		m.matches[at] = found
	}
}

// newTable returns the table of routes. It matches the encoded path, so that a slug can contain an escaped slash.
func newTable(routes []call.Route) table {
	t := table{
		fixed:  map[string]map[string]*call.Route{},
		router: mux.NewRouter().UseEncodedPath(), routes: map[*mux.Route]*call.Route{},
		recent: &recentMatches{matches: map[methodAndPath]match{}},
	}
	for i := range routes {
		t.add(&routes[i])
	}
	return t
}

func (t table) add(route *call.Route) {
	methods := []string{route.Method}
	if route.Method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	hasVariables := strings.Contains(route.Path, "{")
	switch {
	case hasVariables && route.Method == call.AnyMethod:
		t.routes[t.router.Path(route.Path)] = route
	case hasVariables:
		t.routes[t.router.Path(route.Path).Methods(methods...)] = route
	default:
		if t.fixed[route.Path] == nil {
			t.fixed[route.Path] = map[string]*call.Route{}
		}
		for _, method := range methods {
			t.fixed[route.Path][method] = route
		}
	}
}

// noRouteError says that no route takes a request.
type noRouteError struct {
	allowed string // the methods that the path takes; empty if there is no such path
}

func (e *noRouteError) Error() string { return "no route" }

// find returns the route of a request and the variables of its path. Its error is a *noRouteError.
func (t table) find(r *http.Request) (route *call.Route, vars map[string]string, err error) {
	at := methodAndPath{r.Method, r.URL.Path}
	if found, ok := t.recent.get(at); ok && r.URL.RawPath == "" {
		return found.route, found.vars, nil
	}
	if route := t.findFixed(r); route != nil {
		return route, nil, nil
	}
	var matched mux.RouteMatch
	t.router.Match(r, &matched)
	switch {
	case matched.MatchErr == mux.ErrMethodMismatch || t.fixed[r.URL.EscapedPath()] != nil && matched.Route == nil:
		return nil, nil, &noRouteError{t.allowed(r)}
	case matched.MatchErr != nil || matched.Route == nil:
		return nil, nil, &noRouteError{}
	}
	route = t.routes[matched.Route]
	if isEscaped := r.URL.EscapedPath() != r.URL.Path; len(r.URL.Path) < maxRecentPath && !isEscaped {
		t.recent.put(at, match{route, matched.Vars})
	}
	return route, matched.Vars, nil
}

// findFixed returns the route whose path is exactly that of a request, or nil.
func (t table) findFixed(r *http.Request) *call.Route {
	methods := t.fixed[r.URL.EscapedPath()]
	if route := methods[call.AnyMethod]; route != nil {
		return route
	}
	return methods[r.Method]
}

// allowed lists the methods that a path takes.
func (t table) allowed(r *http.Request) string {
	var methods []string
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		attempt := *r
		attempt.Method = method
		var match mux.RouteMatch
		if t.findFixed(&attempt) != nil || t.router.Match(&attempt, &match) && match.MatchErr == nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}
