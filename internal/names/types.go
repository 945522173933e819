package names

import "example.com/pipesfake/internal/fields"

// Slugs returns the type of slugs of providers.
func Slugs() fields.Type[string] {
	return fields.Text().Checked(CheckSlug).Shaped(fields.Shape{
		Name: "slug", Ref: "slug", Schema: `{"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,100}$"}`,
	})
}

// IDs returns the type of ids of users and organizations.
func IDs() fields.Type[string] {
	return fields.Text().Checked(CheckID).Shaped(IDShape())
}

// IDShape returns the shape of ids of users and organizations.
func IDShape() fields.Shape {
	return fields.Shape{
		Name: "id", Ref: "id",
		Schema: `{"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$"}`,
	}
}

// ScopeLists returns the type of lists of OAuth scopes.
func ScopeLists() fields.Type[[]string] {
	return fields.Texts().Checked(CheckScopeList).Shaped(fields.Shape{
		Name: "list of scopes", Ref: "scopes",
		Schema: `{"type": "array", "uniqueItems": true, "items": {"type": "string", "pattern": "^[!-~]{1,500}$"}}`,
	})
}
