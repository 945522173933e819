package body

import (
	"fmt"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// maxMistakes is how many mistakes a response lists.
const maxMistakes = 20

// Strict makes fields that nobody reads mistakes, also in the objects within.
func (o *Object) Strict() { o.strict = true }

// Wrong adds a mistake in a field. Mistakes beyond the limit are dropped.
func (o *Object) Wrong(field, code, format string, args ...any) {
	root := o.rootObject()
	if root.isFull() {
		return
	}
	root.mistakes = append(root.mistakes, pipes.FieldError{
		Field:   o.path + field,
		Code:    code,
		Message: fmt.Sprintf(format, args...),
	})
}

// Err returns invalid_request with all mistakes, or nil.
func (o *Object) Err() error {
	if o.strict {
		o.refuseUnread()
	}
	if len(o.mistakes) == 0 {
		return nil
	}
	return pipes.Invalid(o.mistakes...)
}

// rootObject returns the object of the whole body, which has the mistakes of the objects within.
func (o *Object) rootObject() *Object {
	if o.root != nil {
		return o.root
	}
	return o
}

// isFull reports whether further mistakes are dropped, so that looking for suggestions would be in vain.
func (o *Object) isFull() bool { return len(o.rootObject().mistakes) >= maxMistakes }

func (o *Object) missing(field string) {
	o.Wrong(field, "required", "%s is required%s", o.path+field, o.suggestInstead(field))
}

// suggestInstead returns a hint at the member that probably is the missing field, since SDKs have other names for some
// fields.
func (o *Object) suggestInstead(field string) string {
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	for _, m := range o.members {
		if !m.read && (plain(m.name) == plain(field) || fields.DidYouMean(m.name, []string{field}) != "") {
			return fmt.Sprintf(": write it in place of %q", fields.Abridge(m.name))
		}
	}
	return ""
}

// refuseUnread makes a mistake of each member that no reader wanted.
func (o *Object) refuseUnread() {
	for _, m := range o.members {
		if m.read {
			continue
		}
		name, suggestion := fields.Abridge(m.name), ""
		if !o.isFull() {
			suggestion = fields.DidYouMean(m.name, o.wanted)
		}
		o.Wrong(name, "unknown", "unknown field %q%s (strict: true refuses it)", o.path+name, suggestion)
	}
	for _, within := range o.within {
		within.refuseUnread()
	}
}
