CREATE TABLE `person` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `boss` bigint,
  `shop` bigint,
  `email` varchar(768) NOT NULL,
  `token` char(36),
  `mood` longtext,
  `seen` datetime(6),
  PRIMARY KEY (`id`),
  CONSTRAINT `person_email_key` UNIQUE (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `shop` (
  `number` bigint NOT NULL,
  `owner` bigint NOT NULL,
  `open` tinyint(1) NOT NULL,
  `opens` time(6),
  `since` date,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `Order ``line``` (
  `shop` bigint NOT NULL,
  `group` varchar(384) NOT NULL,
  `a "quoted" ``name``` longtext,
  `price` decimal(65,30) NOT NULL,
  `double` decimal(65,30),
  `extra` json,
  `image` longblob,
  `weight` double,
  `at` datetime(6),
  PRIMARY KEY (`shop`, `group`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `part` (
  `group` varchar(384),
  `shop` bigint,
  `anything` longtext
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
ALTER TABLE `person` ADD CONSTRAINT `person_boss_fkey` FOREIGN KEY (`boss`) REFERENCES `person` (`id`);
ALTER TABLE `person` ADD CONSTRAINT `person_shop_fkey` FOREIGN KEY (`shop`) REFERENCES `shop` (`number`);
ALTER TABLE `shop` ADD CONSTRAINT `shop_owner_fkey` FOREIGN KEY (`owner`) REFERENCES `person` (`id`);
ALTER TABLE `Order ``line``` ADD CONSTRAINT `Order ``line``_shop_fkey` FOREIGN KEY (`shop`) REFERENCES `shop` (`number`);
ALTER TABLE `part` ADD CONSTRAINT `part_shop_group_fkey` FOREIGN KEY (`shop`, `group`) REFERENCES `Order ``line``` (`shop`, `group`);
-- person.email: in an index, so MariaDB takes at most 768 characters
-- person.seen: a moment becomes date and time in UTC
-- Order `line`.group: in an index, so MariaDB takes at most 384 characters
-- Order `line`.price: MariaDB rounds it to 30 digits behind the point and takes 35 before it
-- Order `line`.double: MariaDB rounds it to 30 digits behind the point and takes 35 before it
-- Order `line`.double: generated in the source, an ordinary column without values here
-- part.group: in an index, so MariaDB takes at most 384 characters
-- part.anything: every field has to be a text
