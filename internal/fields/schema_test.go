package fields

import (
	"strings"
	"testing"
)

func TestSchemaAndTable(t *testing.T) {
	t.Parallel()
	schema := rooms().SchemaText()
	for _, part := range []string{
		`"name":{"description":"The name.","enum":["blue","green"],"default":"blue"}`,
		`"beds":{"description":"How many beds.","type":"integer","minimum":1,"maximum":9,"default":2}`,
		`"since":{"description":"For how long.","$ref":"#/definitions/duration"}`,
		`"guest":{"description":"Who sleeps there.","type":"object","required":["name"]`,
	} {
		if !strings.Contains(schema, part) {
			t.Errorf("the schema does not contain %s: %s", part, schema)
		}
	}
	table := rooms().Table()
	for _, row := range []string{
		"| `name` | `blue`, `green` | `blue` | The name. |\n",
		"| `password` | text |  | Of the door. Secret: it is never shown. |\n",
		"| `colors` | list of `red`, `white`, or nothing |  | Of the walls. |\n",
		"| `key` | anything |  | Its \\| key. |\n",
	} {
		if !strings.Contains(table, row) {
			t.Errorf("the table does not contain %s: %s", row, table)
		}
	}
}
