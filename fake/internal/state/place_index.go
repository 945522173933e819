package state

// PlaceIndex lists the connections that each of some places covers. It is made in one pass over all connections,
// however many the places are.
type PlaceIndex struct {
	index  map[Place]int
	lists  [][]*Connection
	shapes []shape // that the places have
}

// NewPlaceIndex returns an index of some places, without connections.
func NewPlaceIndex(places map[Place]bool) *PlaceIndex {
	x := &PlaceIndex{index: make(map[Place]int, len(places)), lists: make([][]*Connection, len(places))}
	var seen [shapes]bool
	for place := range places {
		x.index[place] = len(x.index)
		if s := shapeOf(place); !seen[s] {
			seen[s] = true
			x.shapes = append(x.shapes, s)
		}
	}
	return x
}

// Add adds a connection to the places that cover it.
func (x *PlaceIndex) Add(r *Connection) {
	for _, s := range x.shapes {
		if place, ok := around(r.Key, s); ok {
			if i, wanted := x.index[place]; wanted {
				x.lists[i] = append(x.lists[i], r)
			}
		}
	}
}

// In returns the connections that a place covers, and whether the index has that place.
func (x *PlaceIndex) In(place Place) (list []*Connection, known bool) {
	i, known := x.index[place]
	if !known {
		return nil, false
	}
	return x.lists[i], true
}
