CREATE TABLE `person` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `boss` bigint,
  `shop` int,
  `email` varchar(768) NOT NULL,
  `token` char(36),
  `mood` enum('so so', 'it''s', 'ok'),
  `seen` datetime(6),
  PRIMARY KEY (`id`),
  CONSTRAINT `person_email_key` UNIQUE (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `shop` (
  `number` int NOT NULL,
  `owner` bigint NOT NULL,
  `open` tinyint(1) NOT NULL,
  `opens` time(6),
  `since` date,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `Sales "2026"_Order line` (
  `shop` int NOT NULL,
  `group` varchar(20) NOT NULL,
  `a "quoted" ``name``` char(3),
  `price` decimal(10,2) NOT NULL,
  `double` decimal(10,2),
  `extra` json,
  `image` longblob,
  `weight` double,
  `at` datetime(6),
  PRIMARY KEY (`shop`, `group`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `part` (
  `group` varchar(20),
  `shop` int,
  `anything` longtext
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
ALTER TABLE `person` ADD CONSTRAINT `person_boss_fkey` FOREIGN KEY (`boss`) REFERENCES `person` (`id`);
ALTER TABLE `person` ADD CONSTRAINT `person_shop_fkey` FOREIGN KEY (`shop`) REFERENCES `shop` (`number`);
ALTER TABLE `shop` ADD CONSTRAINT `shop_owner_fkey` FOREIGN KEY (`owner`) REFERENCES `person` (`id`);
ALTER TABLE `Sales "2026"_Order line` ADD CONSTRAINT `Sales "2026"_Order line_shop_fkey` FOREIGN KEY (`shop`) REFERENCES `shop` (`number`);
ALTER TABLE `part` ADD CONSTRAINT `part_shop_group_fkey` FOREIGN KEY (`shop`, `group`) REFERENCES `Sales "2026"_Order line` (`shop`, `group`);
-- public.person.email: in an index, so MariaDB takes at most 768 characters
-- public.person.seen: a moment becomes date and time in UTC
-- Sales "2026".Order line.double: generated in the source, an ordinary column without values here
