CREATE TABLE `person` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `boss` bigint(20) unsigned,
  `shop` int(11),
  `email` varchar(100) NOT NULL,
  `token` uuid,
  `mood` enum('so so','it''s','ok'),
  `seen` timestamp(3) NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `email` UNIQUE (`email`)
) ENGINE=InnoDB;
CREATE TABLE `shop` (
  `number` int(11) NOT NULL,
  `owner` bigint(20) unsigned NOT NULL,
  `open` tinyint(1) NOT NULL,
  `opens` time,
  `since` date,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB;
CREATE TABLE `Order ``line``` (
  `shop` int(11) NOT NULL,
  `group` varchar(20) NOT NULL,
  `a "quoted" ``name``` char(3),
  `price` decimal(10,2) NOT NULL,
  `double` decimal(10,2) GENERATED ALWAYS AS (price * 2) VIRTUAL,
  `extra` json,
  `image` longblob,
  `weight` double,
  `at` datetime,
  PRIMARY KEY (`shop`, `group`)
) ENGINE=InnoDB;
CREATE TABLE `part` (
  `group` varchar(20),
  `shop` int(11),
  `anything` longtext
) ENGINE=InnoDB;
ALTER TABLE `person` ADD CONSTRAINT `person_ibfk_1` FOREIGN KEY (`boss`) REFERENCES `person` (`id`);
ALTER TABLE `person` ADD CONSTRAINT `person_ibfk_2` FOREIGN KEY (`shop`) REFERENCES `shop` (`number`);
ALTER TABLE `shop` ADD CONSTRAINT `shop_ibfk_1` FOREIGN KEY (`owner`) REFERENCES `person` (`id`);
ALTER TABLE `Order ``line``` ADD CONSTRAINT `line_ibfk_1` FOREIGN KEY (`shop`) REFERENCES `shop` (`number`);
ALTER TABLE `part` ADD CONSTRAINT `part_ibfk_1` FOREIGN KEY (`shop`, `group`) REFERENCES `Order ``line``` (`shop`, `group`);
