// Package yamltree completes the tree of a YAML document that yaml.v3 has parsed: it refuses aliases that cannot be
// followed, and replaces merge keys (<<) by the entries that they stand for.
package yamltree

import (
	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Complete completes a document, and reports whether its aliases can be followed. It reports mistakes to the reader.
func Complete(r *fields.Reader, document *yaml.Node) bool {
	if !checkAliases(r, document) {
		return false
	}
	m := merger{Reader: r, done: map[*yaml.Node]bool{}}
	m.visit(document)
	return true
}
