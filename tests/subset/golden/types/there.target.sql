CREATE TABLE anything (id {id}, flag boolean, short varchar(20), wide {text}, raw {bytes}, day date, clock {time}, at {timestamp}, moment {moment}{null}, tag {uuid}, extra json);
