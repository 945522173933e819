package scenarios

import (
	"sync"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Connection is an entry of connections: a connection with the scenario in which it starts.
type Connection struct {
	Key
	Scenario *Scenario
	Age      time.Duration // how long Scenario has been in force when an environment begins
	Position Position
}

// Switch puts a scenario into force for the connections of a place when an environment begins.
type Switch struct {
	Place
	Scenario *Scenario
	Age      time.Duration // how long Scenario has been in force when an environment begins
	TTL      time.Duration // zero: it stays in force until it is replaced
	Position Position
}

const ageDoc = "How long it has been in force when an environment begins."

// connectionMapping describes an entry of connections.
var connectionMapping = sync.OnceValue(describeConnections)

func describeConnections() *fields.Mapping[Connection] {
	m := fields.NewMapping("connection", []fields.Field[Connection]{
		fields.Bind("provider", names.Slugs(), func(c *Connection) *string { return &c.Provider },
			"The provider's slug.").RequiredElsewhere(),
		fields.Declare[Connection]("user_id", names.IDShape(), "The user's id, any text."),
		fields.Bind("organization_id", idType(), func(c *Connection) *string { return &c.Organization },
			"The organization's id. Left out: the connection without one.").OrNull(),
		fields.Declare[Connection]("connection_owner", ownerType().Shape,
			"Who owns it: a user, or an organization in which everybody shares it.").DocumentDefault(OwnerUser),
		fields.Declare[Connection]("scenario", referenceShape(),
			"The scenario that this connection starts in.").RequiredElsewhere(),
		fields.Bind("age", ages(), func(c *Connection) *time.Duration { return &c.Age }, ageDoc),
	})
	m.Rules = `{
		"if": {"required": ["connection_owner"], "properties": {"connection_owner": {"const": "organization"}}},
		"then": {
			"required": ["organization_id"],
			"properties": {"user_id": false, "organization_id": {"$ref": "#/definitions/id"}}
		},
		"else": {"required": ["user_id"]}
	}`
	return m
}

// switchMapping describes an entry of switches.
var switchMapping = sync.OnceValue(func() *fields.Mapping[Switch] {
	return fields.NewMapping("switch",
		fields.Embed(placeFields(), func(s *Switch) *Place { return &s.Place }),
		[]fields.Field[Switch]{
			fields.Declare[Switch]("scenario", referenceShape(), "The scenario that it puts into force.").
				Required("a switch needs one, and covers everybody unless it says whom"),
			fields.Bind("age", ages(), func(s *Switch) *time.Duration { return &s.Age }, ageDoc),
			fields.Bind("ttl", boundedDurations(0, maxLife, "is more than a hundred years"),
				func(s *Switch) *time.Duration { return &s.TTL },
				"How long it is in force. Left out: until it is replaced."),
		})
})

// tree returns the fields of the switch for a file in which entries without an age have the given one.
func (s Switch) tree(age time.Duration) fields.Tree {
	tree := fields.Tree{}
	for _, member := range switchMapping().Write(&s, fields.Member{Key: "scenario", Value: s.Scenario.Reference()}) {
		if member.Key != "age" && member.Key != "ttl" {
			tree = append(tree, member)
		}
	}
	tree.Add(s.Age != age, "age", FormatDuration(s.Age))
	tree.Add(s.TTL != 0, "ttl", FormatDuration(s.TTL))
	return tree
}
