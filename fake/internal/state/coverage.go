package state

// Coverage lists the connections that each of some places covers. It is made in one pass over all connections, however
// many the places are.
type Coverage struct {
	index  map[Place]int
	lists  [][]*Connection
	shapes []shape // that the places have
}

// NewCoverage returns an empty coverage of some places.
func NewCoverage(places map[Place]bool) *Coverage {
	c := &Coverage{index: make(map[Place]int, len(places)), lists: make([][]*Connection, len(places))}
	var seen [shapes]bool
	for place := range places {
		c.index[place] = len(c.index)
		if s := shapeOf(place); !seen[s] {
			seen[s] = true
			c.shapes = append(c.shapes, s)
		}
	}
	return c
}

// Add adds a connection to the places that cover it.
func (c *Coverage) Add(r *Connection) {
	for _, s := range c.shapes {
		if place, ok := around(r.Key, s); ok {
			if i, wanted := c.index[place]; wanted {
				c.lists[i] = append(c.lists[i], r)
			}
		}
	}
}

// In returns the connections that a place covers, and whether the coverage is about that place.
func (c *Coverage) In(place Place) (list []*Connection, known bool) {
	i, known := c.index[place]
	if !known {
		return nil, false
	}
	return c.lists[i], true
}
