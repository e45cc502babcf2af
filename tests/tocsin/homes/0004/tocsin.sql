BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE alert (
	id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	texts JSON NOT NULL, 
	purpose VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	channels JSON NOT NULL, 
	status VARCHAR NOT NULL, 
	redials INTEGER NOT NULL, 
	redial_delay_s FLOAT NOT NULL, 
	created_at DATETIME NOT NULL, 
	created_by VARCHAR NOT NULL, 
	ended_at DATETIME, starts_at DATETIME, expires_at DATETIME, numbers VARCHAR DEFAULT 'first_reached' NOT NULL, household VARCHAR DEFAULT 'each' NOT NULL, redial_table JSON DEFAULT '{}' NOT NULL, follows INTEGER CONSTRAINT fk_alert_follows REFERENCES alert (id), hang_up_at DATETIME, all_clear_at DATETIME, 
	CONSTRAINT pk_alert PRIMARY KEY (id)
);
INSERT INTO "alert" VALUES(1,'Avis d''ébullition','{"fr": "L''eau du r\u00e9seau n''est pas potable. Faites-la bouillir une minute avant de la boire.", "en": "The tap water is not safe. Boil it for one minute before you drink it."}','emergency','all','["voice", "sms"]','done',2,3.0,'2026-11-29 11:50:55.675303','root','2026-11-29 11:51:48.308920',NULL,NULL,'first_reached','each','{}',NULL,NULL,'2026-11-29 11:52:42.610639');
INSERT INTO "alert" VALUES(2,'Suite','{"fr": "L''eau n''est pas potable. Faites-la bouillir une minute.", "en": "The tap water is not safe. Boil it for one minute."}','emergency','reached:1','["voice", "sms"]','done',2,3.0,'2026-11-29 11:51:52.876304','root','2026-11-29 11:52:41.170800',NULL,NULL,'first_reached','each','{}',1,NULL,'2026-11-29 11:52:42.610639');
INSERT INTO "alert" VALUES(3,'Fin : Avis d''ébullition','{"fr": "L''eau n''est pas potable. Faites-la bouillir une minute.", "en": "The tap water is not safe. Boil it for one minute."}','emergency','reached:1 reached:2','["voice", "sms"]','done',2,3.0,'2026-11-29 11:52:42.612607','root','2026-11-29 11:53:30.535418',NULL,NULL,'first_reached','each','{}',1,NULL,NULL);
INSERT INTO "alert" VALUES(4,'Berge','{"fr": "L''eau n''est pas potable. Faites-la bouillir une minute.", "en": "The tap water is not safe. Boil it for one minute."}','emergency','group:Berge','["voice"]','paused',2,3.0,'2026-11-29 11:53:31.760294','root',NULL,NULL,NULL,'first_reached','each','{}',NULL,NULL,NULL);
INSERT INTO "alert" VALUES(5,'Annulé','{"fr": "L''eau n''est pas potable. Faites-la bouillir une minute.", "en": "The tap water is not safe. Boil it for one minute."}','emergency','number:+14185550106','["voice", "sms"]','cancelled',2,3.0,'2026-11-29 11:53:46.065092','root','2026-11-29 11:53:48.306462',NULL,NULL,'first_reached','each','{}',NULL,'2026-11-29 11:53:48.306462',NULL);
INSERT INTO "alert" VALUES(6,'Plus tard','{"fr": "L''eau n''est pas potable. Faites-la bouillir une minute.", "en": "The tap water is not safe. Boil it for one minute."}','information','sector:Rang','["voice", "sms"]','running',2,3.0,'2026-11-29 11:53:51.550193','root',NULL,'2027-01-15 15:00:00.000000',NULL,'first_reached','each','{}',NULL,NULL,NULL);
CREATE TABLE attempt (
	id VARCHAR(32) NOT NULL, 
	errand VARCHAR NOT NULL, 
	lane INTEGER NOT NULL, 
	status VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	extension VARCHAR DEFAULT '' NOT NULL, 
	language VARCHAR NOT NULL, 
	due_at DATETIME NOT NULL, 
	alert_id INTEGER, 
	delivery_id INTEGER, 
	point_id INTEGER, 
	trunk VARCHAR DEFAULT '' NOT NULL, 
	placed_at DATETIME, 
	answered_at DATETIME, 
	ended_at DATETIME, 
	disposition VARCHAR, 
	reply VARCHAR DEFAULT 'none' NOT NULL, 
	heard FLOAT DEFAULT '0.0' NOT NULL, 
	sip INTEGER, 
	cause INTEGER, 
	CONSTRAINT pk_attempt PRIMARY KEY (id), 
	CONSTRAINT fk_attempt_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id), 
	CONSTRAINT fk_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id), 
	CONSTRAINT fk_attempt_point_id FOREIGN KEY(point_id) REFERENCES contact_point (id)
);
INSERT INTO "attempt" VALUES('d232267d95ba0ccc27126c5004eb7c93','alert',1,'finished','+14185550150','','fr','2026-11-29 11:50:55.675303',1,1,1,'town','2026-11-29 11:50:58.577037','2026-11-29 11:50:59.079109','2026-11-29 11:51:22.773908','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('fe918ce0e2f189e6669588d1e177cd01','alert',1,'finished','+14185550151','','en','2026-11-29 11:50:55.675303',1,2,2,'town','2026-11-29 11:50:58.793513','2026-11-29 11:50:59.296645','2026-11-29 11:51:24.366381','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('3130b3c1f5e8df121ff77506eae986f7','alert',1,'finished','+14185550101','','fr','2026-11-29 11:50:55.675303',1,3,4,'town','2026-11-29 11:50:55.812357','2026-11-29 11:50:56.314336','2026-11-29 11:51:19.956536','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('bb5d414699b0bc2e559d0d9e6008e2d3','alert',1,'finished','+14185550102','','fr','2026-11-29 11:50:55.675303',1,4,5,'town','2026-11-29 11:50:58.468597','2026-11-29 11:50:58.970661','2026-11-29 11:51:48.308920','human','none',1.0,200,32);
INSERT INTO "attempt" VALUES('39cd7306ef7dafc889c428410e04c9c8','alert',1,'finished','+14185550103','','fr','2026-11-29 11:50:55.675303',1,5,6,'town','2026-11-29 11:50:56.085271','2026-11-29 11:50:56.589571','2026-11-29 11:51:04.869931','human','none',5.80514648835401603221e-01,200,16);
INSERT INTO "attempt" VALUES('71e70f2e72721168b1c6dc173f9a2219','alert',1,'finished','+14185550104','','fr','2026-11-29 11:50:55.675303',1,6,7,'town','2026-11-29 11:50:56.085333','2026-11-29 11:50:58.091609','2026-11-29 11:51:24.784660','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('88b05cd43fb2de15d0ab4a917a7264db','alert',1,'finished','+14185550105','','fr','2026-11-29 11:50:55.675303',1,7,8,'town','2026-11-29 11:50:56.138146',NULL,'2026-11-29 11:50:56.138263','busy','none',0.0,486,17);
INSERT INTO "attempt" VALUES('7ecff3889b5ad8aa5299ee7f7ee75867','alert',1,'finished','+14185550106','','fr','2026-11-29 11:50:55.675303',1,8,9,'town','2026-11-29 11:50:56.248160',NULL,'2026-11-29 11:51:04.256110','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('15b88a8ace3e850dbefb8e84420bcdd7','alert',1,'finished','+14185550107','','fr','2026-11-29 11:50:55.675303',1,9,10,'town','2026-11-29 11:50:55.812339',NULL,'2026-11-29 11:50:55.814505','dead_number','none',0.0,404,1);
INSERT INTO "attempt" VALUES('82d803ca5134bcf5ceca095c8028daf0','alert',1,'finished','+14185550108','','fr','2026-11-29 11:50:55.675303',1,10,11,'town','2026-11-29 11:50:56.343261',NULL,'2026-11-29 11:50:56.344978','congestion','none',0.0,503,34);
INSERT INTO "attempt" VALUES('720591e5944b177a0753c8df30fc2f5b','alert',1,'finished','+14185550109','','fr','2026-11-29 11:50:55.675303',1,11,12,'town','2026-11-29 11:50:56.437304',NULL,'2026-11-29 11:50:56.440598','busy','none',0.0,486,17);
INSERT INTO "attempt" VALUES('0d7ee170163a3b90f28fdb71bcdbb5f0','alert',1,'finished','+14185550110','','fr','2026-11-29 11:50:55.675303',1,12,13,'town','2026-11-29 11:50:55.812235','2026-11-29 11:50:56.313450','2026-11-29 11:51:30.243006','human','opted_out',1.0,200,32);
INSERT INTO "attempt" VALUES('1d1a486eaa7000e6cfd01cd85c8e9a07','alert',1,'finished','+14185550111','','fr','2026-11-29 11:50:55.675303',1,13,14,'town','2026-11-29 11:50:56.537430','2026-11-29 11:50:57.041004','2026-11-29 11:51:35.686286','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('6e9b17bdc13ffb7622e4ceb1b15a6670','alert',1,'finished','+14185550112','','fr','2026-11-29 11:50:55.675303',1,14,15,'town','2026-11-29 11:50:56.659240',NULL,'2026-11-29 11:50:56.776321','refused','none',0.0,403,21);
INSERT INTO "attempt" VALUES('4ca33ed031b213a0aed70aa664f6545a','alert',1,'finished','+14185550113','','fr','2026-11-29 11:50:55.675303',1,15,16,'town','2026-11-29 11:50:56.864077',NULL,'2026-11-29 11:50:56.864222','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('1b533a59ad25018c31ac0c97f18390f8','alert',1,'finished','+14185550114','','fr','2026-11-29 11:50:55.675303',1,16,17,'town','2026-11-29 11:50:57.063629','2026-11-29 11:50:59.065905','2026-11-29 11:51:26.393421','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('773d480f669b2dfb662f84ab2cd3a018','alert',1,'finished','+14185550115','','fr','2026-11-29 11:50:55.675303',1,17,18,'town','2026-11-29 11:50:57.287080','2026-11-29 11:50:59.289574','2026-11-29 11:51:37.317564','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('5e96b1442d0392e96697861b7af0d52b','alert',1,'finished','+14185550116','','fr','2026-11-29 11:50:55.675303',1,18,19,'town','2026-11-29 11:50:57.711404',NULL,'2026-11-29 11:50:57.714548','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('551f7b4fdc44691b8f44a1dcd01db571','alert',1,'finished','+14185550117','','fr','2026-11-29 11:50:55.675303',1,19,20,'town','2026-11-29 11:50:57.491039','2026-11-29 11:50:57.993039','2026-11-29 11:51:22.691119','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('8f9449b41a32363360eda67515ff2743','alert',1,'finished','+14185550118','','en','2026-11-29 11:50:55.675303',1,20,21,'town','2026-11-29 11:50:58.032370','2026-11-29 11:50:58.536006','2026-11-29 11:51:23.714988','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('6d0289eb0d0da60b76335dd2621cc1b2','alert',1,'finished','+14185550119','','en','2026-11-29 11:50:55.675303',1,21,22,'town','2026-11-29 11:50:57.811435','2026-11-29 11:50:59.821996','2026-11-29 11:51:27.866663','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('9d03d1f4bccce040a9c3b563d17b83b0','alert',1,'finished','+14185550120','','fr','2026-11-29 11:50:55.675303',1,22,23,'town','2026-11-29 11:50:58.243436','2026-11-29 11:50:58.746850','2026-11-29 11:51:33.534836','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('b5d4dff0fbd3c89a0fe39205acd87509','alert',1,'finished','+15815550107','','fr','2026-11-29 11:50:55.675303',1,23,24,'town','2026-11-29 11:50:56.773949',NULL,'2026-11-29 11:50:56.776241','dead_number','none',0.0,404,1);
INSERT INTO "attempt" VALUES('b74b724804756801c94e3a28a61478c4','alert',1,'finished','+15815550106','','en','2026-11-29 11:50:55.675303',1,25,27,'town','2026-11-29 11:50:56.974658',NULL,'2026-11-29 11:51:04.982922','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('ad57c7c5612b461cac118997b327d889','alert',1,'finished','+14185550105','','fr','2026-11-29 11:50:59.138263',1,7,8,'town','2026-11-29 11:50:59.147422','2026-11-29 11:50:59.651625','2026-11-29 11:51:23.349567','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('23d2407372b648a6913914a16bd75ba3','alert',1,'finished','+14185550108','','fr','2026-11-29 11:50:59.344978',1,10,11,'town','2026-11-29 11:50:59.359675',NULL,'2026-11-29 11:50:59.365920','congestion','none',0.0,503,34);
INSERT INTO "attempt" VALUES('34d9ce6efded493baa23154994594974','alert',1,'finished','+14185550109','','fr','2026-11-29 11:50:59.440598',1,11,12,'town','2026-11-29 11:50:59.460202',NULL,'2026-11-29 11:50:59.466564','busy','none',0.0,486,17);
INSERT INTO "attempt" VALUES('e15a07e647a343c5bd748f37df8b5875','alert',1,'finished','+14185550112','','fr','2026-11-29 11:50:59.776321',1,14,15,'town','2026-11-29 11:50:59.839219',NULL,'2026-11-29 11:51:00.722248','refused','none',0.0,403,21);
INSERT INTO "attempt" VALUES('20c7aeb1c7e143d6b53f96bb57964f25','alert',1,'finished','+14185550113','','fr','2026-11-29 11:50:59.864222',1,15,16,'town','2026-11-29 11:51:00.042104',NULL,'2026-11-29 11:51:00.044486','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('7b67dda669284a7c8e431b166e497137','alert',1,'finished','+15815550101','','fr','2026-11-29 11:50:56.864222',1,23,25,'town','2026-11-29 11:50:57.180751','2026-11-29 11:50:57.683512','2026-11-29 11:51:21.366253','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('10b3ae749c154943bd162dcb84a9588d','alert',1,'finished','+14185550116','','fr','2026-11-29 11:51:00.714548',1,18,19,'town','2026-11-29 11:51:00.720214','2026-11-29 11:51:01.223521','2026-11-29 11:51:24.913018','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('3313c1c240434a9fb7b5d2f55e2fc174','alert',1,'finished','+14185550108','','fr','2026-11-29 11:51:02.365920',1,10,11,'town','2026-11-29 11:51:02.442300','2026-11-29 11:51:02.944415','2026-11-29 11:51:26.651586','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('208822eed31844ff95165bf61f7c7607','alert',1,'finished','+14185550109','','fr','2026-11-29 11:51:02.466564',1,11,12,'town','2026-11-29 11:51:02.649343',NULL,'2026-11-29 11:51:02.650981','busy','none',0.0,486,17);
INSERT INTO "attempt" VALUES('39a07865bd86405ea84fe9e76c4fe362','alert',1,'finished','+14185550113','','fr','2026-11-29 11:51:03.044486',1,15,16,'town','2026-11-29 11:51:03.051536',NULL,'2026-11-29 11:51:03.053815','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('b586f7306b1044a4a547de8b42081c5b','alert',1,'finished','+14185550106','','fr','2026-11-29 11:51:07.256110',1,8,9,'town','2026-11-29 11:51:07.299570',NULL,'2026-11-29 11:51:15.309384','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('f3ea666849a24c338b97ec74ba4610da','alert',1,'finished','+14185550103','','fr','2026-11-29 11:51:07.869931',1,5,6,'town','2026-11-29 11:51:07.889332','2026-11-29 11:51:08.390875','2026-11-29 11:51:16.679912','human','none',5.80188328816412690613e-01,200,16);
INSERT INTO "attempt" VALUES('799e4d1626214aa58bb848e5d32fa25d','alert',1,'finished','+15815550106','','en','2026-11-29 11:51:07.982922',1,25,27,'town','2026-11-29 11:51:07.995809',NULL,'2026-11-29 11:51:16.005269','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('2752471dd81f4ddfbd001aa631d79f08','alert',1,'finished','+14185550106','','fr','2026-11-29 11:51:18.309384',1,8,9,'town','2026-11-29 11:51:18.316094',NULL,'2026-11-29 11:51:26.327639','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('4ea7a064876e47de9a30689011a54e77','alert',1,'finished','+15815550106','','en','2026-11-29 11:51:19.005269',1,25,27,'town','2026-11-29 11:51:19.028951',NULL,'2026-11-29 11:51:27.035417','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('2552dda6f96cac959c34caa47bed86f6','alert',1,'finished','+14185550150','','fr','2026-11-29 11:51:52.876304',2,27,1,'town','2026-11-29 11:51:53.181765','2026-11-29 11:51:53.685897','2026-11-29 11:52:16.289545','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('3dd07cf69bc839577ec30d087680a300','alert',1,'finished','+14185550151','','en','2026-11-29 11:51:52.876304',2,28,2,'town','2026-11-29 11:51:53.395108','2026-11-29 11:51:53.900036','2026-11-29 11:52:17.899142','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('5de12b514feed09d466792ceca0d2b0a','alert',1,'finished','+14185550101','','fr','2026-11-29 11:51:52.876304',2,29,4,'town','2026-11-29 11:51:53.498954','2026-11-29 11:51:54.001441','2026-11-29 11:52:16.587917','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('909383f58556d1da021ee3203af3e0d1','alert',1,'finished','+14185550102','','fr','2026-11-29 11:51:52.876304',2,30,5,'town','2026-11-29 11:51:53.600244','2026-11-29 11:51:54.103612','2026-11-29 11:52:41.170800','human','none',1.0,200,32);
INSERT INTO "attempt" VALUES('0a44f2cf1d6f51c76292d393b82b88a6','alert',1,'finished','+14185550104','','fr','2026-11-29 11:51:52.876304',2,31,7,'town','2026-11-29 11:51:53.179992','2026-11-29 11:51:55.184576','2026-11-29 11:52:20.782225','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('2a3a6c768ca188a5c4e6a02e2aab778a','alert',1,'finished','+14185550105','','fr','2026-11-29 11:51:52.876304',2,32,8,'town','2026-11-29 11:51:53.285951','2026-11-29 11:51:53.789273','2026-11-29 11:52:16.372230','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('ef50bede85aba33b772efec82b135bcf','alert',1,'finished','+14185550108','','fr','2026-11-29 11:51:52.876304',2,33,11,'town','2026-11-29 11:51:54.558543','2026-11-29 11:51:55.060397','2026-11-29 11:52:17.684355','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('fcdce7dcd385546617ed90c460fbfebc','alert',1,'finished','+14185550111','','fr','2026-11-29 11:51:52.876304',2,34,14,'town','2026-11-29 11:51:54.664448','2026-11-29 11:51:55.167496','2026-11-29 11:52:31.544521','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('9d66e0d2728bcdbcf63ce8b86281eb50','alert',1,'finished','+14185550114','','fr','2026-11-29 11:51:52.876304',2,35,17,'town','2026-11-29 11:51:53.911191','2026-11-29 11:51:55.913805','2026-11-29 11:52:22.098115','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('31a5bd77992d7292675f625bf1a8dbc4','alert',1,'finished','+14185550115','','fr','2026-11-29 11:51:52.876304',2,36,18,'town','2026-11-29 11:51:53.704483','2026-11-29 11:51:55.706185','2026-11-29 11:52:32.670687','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('0fc26ed98977dbd5e4f0b753032f7c25','alert',1,'finished','+14185550116','','fr','2026-11-29 11:51:52.876304',2,37,19,'town','2026-11-29 11:51:53.181029','2026-11-29 11:51:53.685272','2026-11-29 11:52:16.247582','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('7fa46351d7379161b041dbb261a1ebf8','alert',1,'finished','+14185550117','','fr','2026-11-29 11:51:52.876304',2,38,20,'town','2026-11-29 11:51:53.805680','2026-11-29 11:51:54.308461','2026-11-29 11:52:17.868183','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('cc3cfe6d40b98271430f4faafa5041be','alert',1,'finished','+14185550118','','en','2026-11-29 11:51:52.876304',2,39,21,'town','2026-11-29 11:51:54.451902','2026-11-29 11:51:54.955040','2026-11-29 11:52:19.086819','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('9639ad4ae9560aaf174b4bf046fa6f27','alert',1,'finished','+14185550119','','en','2026-11-29 11:51:52.876304',2,40,22,'town','2026-11-29 11:51:54.015161','2026-11-29 11:51:56.021564','2026-11-29 11:52:22.949858','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('2cfb9da74ed4c42dee9b463239ea8ce1','alert',1,'finished','+14185550120','','fr','2026-11-29 11:51:52.876304',2,41,23,'town','2026-11-29 11:51:54.121006','2026-11-29 11:51:54.630013','2026-11-29 11:52:28.349209','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('6ce968e7207b99e056d294c59f84da76','alert',1,'finished','+15815550106','','en','2026-11-29 11:51:52.876304',2,42,27,'town','2026-11-29 11:51:54.228423',NULL,'2026-11-29 11:52:02.237627','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('b56826f9f47bd104c4e4a22760e97679','alert',1,'finished','+15815550101','','fr','2026-11-29 11:51:52.876304',2,43,25,'town','2026-11-29 11:51:54.330621','2026-11-29 11:51:54.839221','2026-11-29 11:52:17.392930','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('cafb1a9acbdd488a9404aeaf250bdcac','alert',1,'finished','+15815550106','','en','2026-11-29 11:52:05.237627',2,42,27,'town','2026-11-29 11:52:05.283710',NULL,'2026-11-29 11:52:13.292468','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('b6642203256e4a9d8b634cdff16e446d','alert',1,'finished','+15815550106','','en','2026-11-29 11:52:16.292468',2,42,27,'town','2026-11-29 11:52:16.350775',NULL,'2026-11-29 11:52:24.360335','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('501e2680ff10ab144d2e05d38e089467','alert',1,'finished','+14185550150','','fr','2026-11-29 11:52:42.612607',3,45,1,'town','2026-11-29 11:52:42.659710','2026-11-29 11:52:43.165068','2026-11-29 11:53:05.748130','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('ff611e999a848eb5efb2a78e7a5db6a3','alert',1,'finished','+14185550151','','en','2026-11-29 11:52:42.612607',3,46,2,'town','2026-11-29 11:52:44.166186','2026-11-29 11:52:44.668932','2026-11-29 11:53:08.728636','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('237582ee296f14f8fa0b2caaed310d70','alert',1,'finished','+14185550101','','fr','2026-11-29 11:52:42.612607',3,47,4,'town','2026-11-29 11:52:42.658921','2026-11-29 11:52:43.163037','2026-11-29 11:53:05.747208','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('6b26b36854f7b131553b621034bb0888','alert',1,'finished','+14185550102','','fr','2026-11-29 11:52:42.612607',3,48,5,'town','2026-11-29 11:52:42.975416','2026-11-29 11:52:43.479282','2026-11-29 11:53:30.535418','human','none',1.0,200,32);
INSERT INTO "attempt" VALUES('ec019e43e2cdb3285c924f7181d96d79','alert',1,'finished','+14185550104','','fr','2026-11-29 11:52:42.612607',3,49,7,'town','2026-11-29 11:52:44.047816','2026-11-29 11:52:46.050855','2026-11-29 11:53:11.596773','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('d7bb41c8ee9f457558b145c74131d922','alert',1,'finished','+14185550105','','fr','2026-11-29 11:52:42.612607',3,50,8,'town','2026-11-29 11:52:43.621262','2026-11-29 11:52:44.125871','2026-11-29 11:53:06.733651','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('675a9ae40136e805d3daab9c0434062c','alert',1,'finished','+14185550108','','fr','2026-11-29 11:52:42.612607',3,51,11,'town','2026-11-29 11:52:42.874472','2026-11-29 11:52:43.376615','2026-11-29 11:53:05.946890','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('5af4c23cece598d8a311a162c37e0818','alert',1,'finished','+14185550111','','fr','2026-11-29 11:52:42.612607',3,52,14,'town','2026-11-29 11:52:42.872268','2026-11-29 11:52:43.376745','2026-11-29 11:53:19.790440','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('d3dbad493eb251f617fdca69b1cb2f51','alert',1,'finished','+14185550114','','fr','2026-11-29 11:52:42.612607',3,53,17,'town','2026-11-29 11:52:43.077677','2026-11-29 11:52:45.091453','2026-11-29 11:53:11.261178','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('be48e0489607f9893804f949f374c098','alert',1,'finished','+14185550115','','fr','2026-11-29 11:52:42.612607',3,54,18,'town','2026-11-29 11:52:43.181522','2026-11-29 11:52:45.185847','2026-11-29 11:53:22.135146','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('1cbd47713f7450a5ed0d60b6a8fbfa56','alert',1,'finished','+14185550116','','fr','2026-11-29 11:52:42.612607',3,55,19,'town','2026-11-29 11:52:42.658197','2026-11-29 11:52:43.162888','2026-11-29 11:53:05.836587','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('535dc2f4b293c39d4a4a77f26bacff0e','alert',1,'finished','+14185550117','','fr','2026-11-29 11:52:42.612607',3,56,20,'town','2026-11-29 11:52:43.295239','2026-11-29 11:52:43.799481','2026-11-29 11:53:07.415042','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('a59edead75f83de2957bd2dc9464cd1b','alert',1,'finished','+14185550118','','en','2026-11-29 11:52:42.612607',3,57,21,'town','2026-11-29 11:52:43.404897','2026-11-29 11:52:43.908132','2026-11-29 11:53:08.095971','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('369aeaa19a93658f33e4802e1c9b28ad','alert',1,'finished','+14185550119','','en','2026-11-29 11:52:42.612607',3,58,22,'town','2026-11-29 11:52:43.509171','2026-11-29 11:52:45.512454','2026-11-29 11:53:12.426239','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('d9784f596a40fd8958a0b226a7491b10','alert',1,'finished','+14185550120','','fr','2026-11-29 11:52:42.612607',3,59,23,'town','2026-11-29 11:52:43.830583','2026-11-29 11:52:44.333847','2026-11-29 11:53:18.026827','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('994aa71108135d3945f56f32c8298232','alert',1,'finished','+15815550106','','en','2026-11-29 11:52:42.612607',3,60,27,'town','2026-11-29 11:52:43.723888',NULL,'2026-11-29 11:52:51.734405','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('dcc113893eb9e1d70112fb359fb5ec53','alert',1,'finished','+15815550101','','fr','2026-11-29 11:52:42.612607',3,61,25,'town','2026-11-29 11:52:43.933296','2026-11-29 11:52:44.436741','2026-11-29 11:53:07.037515','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('5f686f65a4fc4d5b949f35e5423157ba','alert',1,'finished','+15815550106','','en','2026-11-29 11:52:54.734405',3,60,27,'town','2026-11-29 11:52:54.739577',NULL,'2026-11-29 11:53:02.754236','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('7d401239f7a8402b9e6ca3fe22703532','alert',1,'finished','+15815550106','','en','2026-11-29 11:53:05.754236',3,60,27,'town','2026-11-29 11:53:05.856470',NULL,'2026-11-29 11:53:13.869692','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('1926d7004ab25eb1aa0a864b340dc78b','alert',1,'finished','+14185550108','','fr','2026-11-29 11:53:31.760294',4,63,11,'town','2026-11-29 11:53:31.814846','2026-11-29 11:53:32.320704','2026-11-29 11:53:54.895269','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('a7009c7568a2fb502ddf8f033bcd2099','alert',1,'finished','+14185550109','','fr','2026-11-29 11:53:31.760294',4,64,12,'town','2026-11-29 11:53:31.916151',NULL,'2026-11-29 11:53:31.918526','busy','none',0.0,486,17);
INSERT INTO "attempt" VALUES('009c923340fec4bf5ca39a396b3ba417','alert',1,'finished','+14185550111','','fr','2026-11-29 11:53:31.760294',4,65,14,'town','2026-11-29 11:53:31.813135','2026-11-29 11:53:32.320184','2026-11-29 11:54:08.706003','human','acknowledged',1.0,200,32);
INSERT INTO "attempt" VALUES('807fede962abc25e45565cdf2d0f609e','alert',1,'finished','+14185550112','','fr','2026-11-29 11:53:31.760294',4,66,15,'town','2026-11-29 11:53:31.817696',NULL,'2026-11-29 11:53:31.918585','refused','none',0.0,403,21);
INSERT INTO "attempt" VALUES('cfe85afdfa80ad4f1452a953379cdfdf','alert',1,'finished','+14185550113','','fr','2026-11-29 11:53:31.760294',4,67,16,'town','2026-11-29 11:53:32.019425',NULL,'2026-11-29 11:53:32.021485','no_answer','none',0.0,480,19);
INSERT INTO "attempt" VALUES('f62803a9b76084c46fdd182623f0b203','alert',1,'finished','+14185550114','','fr','2026-11-29 11:53:31.760294',4,68,17,'town','2026-11-29 11:53:32.219355','2026-11-29 11:53:34.223214','2026-11-29 11:54:00.350812','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('e106b4b7e9dc92ffb2dbc5ac182d33d1','alert',1,'finished','+14185550115','','fr','2026-11-29 11:53:31.760294',4,69,18,'town','2026-11-29 11:53:32.116648','2026-11-29 11:53:34.119329','2026-11-29 11:54:11.050116','machine','none',1.0,200,32);
INSERT INTO "attempt" VALUES('a01b10dde8d848b09a641f8a12b85319','alert',1,'waiting','+14185550109','','fr','2026-11-29 11:53:34.918526',4,64,12,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('2df98f30a92945628f9b7f73f925d946','alert',1,'waiting','+14185550112','','fr','2026-11-29 11:53:34.918585',4,66,15,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('8fbcee78f39141dc91c71fb019945405','alert',1,'waiting','+14185550113','','fr','2026-11-29 11:53:35.021485',4,67,16,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('de272be07cd7661d6c54f273386488cf','alert',1,'finished','+14185550106','','fr','2026-11-29 11:53:46.065092',5,71,9,'town','2026-11-29 11:53:46.111559',NULL,'2026-11-29 11:53:48.355417','interrupted','none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('5fb7f0a92508b686e8bccaf1ce5cecfb','alert',3,'waiting','+14185550116','','fr','2027-01-15 15:00:00.000000',6,72,19,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('16c70c0ef299c0d011b8a6ce4a22e918','alert',3,'waiting','+14185550117','','fr','2027-01-15 15:00:00.000000',6,73,20,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('11b8be0c42ef0c4e989e6f97a7be22ba','alert',3,'waiting','+14185550118','','en','2027-01-15 15:00:00.000000',6,74,21,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('19d60cb99e6ec75a54ae78a319d83328','alert',3,'waiting','+14185550119','','en','2027-01-15 15:00:00.000000',6,75,22,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('e3177fe794de25befeb3a12ee1729bb8','alert',3,'waiting','+14185550120','','fr','2027-01-15 15:00:00.000000',6,76,23,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('aaa7286b61fdb94273f5cd987b6c7677','alert',3,'waiting','+15815550106','','en','2027-01-15 15:00:00.000000',6,77,27,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
INSERT INTO "attempt" VALUES('20a5d2484a0b0e17d5e88b6449db051b','alert',3,'waiting','+15815550101','','fr','2027-01-15 15:00:00.000000',6,78,25,'',NULL,NULL,NULL,NULL,'none',0.0,NULL,NULL);
CREATE TABLE call_log (
	call_id VARCHAR NOT NULL, 
	caller VARCHAR NOT NULL, 
	called VARCHAR NOT NULL, 
	began_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	path VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_call_log PRIMARY KEY (call_id)
);
INSERT INTO "call_log" VALUES('1795952985.0','4185550150','s','2026-11-29 11:49:45.748309','2026-11-29 11:50:43.195945','enrol hangup');
INSERT INTO "call_log" VALUES('1795952985.1','4185550151','s','2026-11-29 11:49:45.752730','2026-11-29 11:50:49.434861','enrol hangup');
CREATE TABLE code (
	id INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	caller VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	issued_at DATETIME, 
	salt VARCHAR DEFAULT '' NOT NULL, 
	digest VARCHAR DEFAULT '' NOT NULL, 
	wrong_tries INTEGER DEFAULT '0' NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT pk_code PRIMARY KEY (id)
);
INSERT INTO "code" VALUES(1,'+14185550150','+14185550150','2026-11-29 11:49:58.281421','2026-11-29 11:49:58.281421','c15670ef9bf2304d5cf0af238f107af9','35da7217e2a39379d811b6045b11d66a20ed67461fe93cc98f88cf14e583d270',0,'2026-11-29 11:50:18.015934');
INSERT INTO "code" VALUES(2,'+14185550151','+14185550151','2026-11-29 11:50:02.438292','2026-11-29 11:50:02.438292','3c7ef31b6a52368424cdd12795c7f258','a4e20f780067b975b04930ffeac5eb3202a15b0cd06f96bd253f8a74e263be95',0,'2026-11-29 11:50:24.267007');
CREATE TABLE consent (
	id INTEGER NOT NULL, 
	contact_id INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	via VARCHAR NOT NULL, 
	wording_version VARCHAR NOT NULL, 
	given_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	withdrawn_at DATETIME, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT fk_consent_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
);
INSERT INTO "consent" VALUES(1,1,'+14185550150','telephone','consent-fr-e98ba907','2026-11-29 11:49:58.269548','2026-11-29 11:50:18.015934',NULL);
INSERT INTO "consent" VALUES(2,2,'+14185550151','telephone','consent-en-6f89ed8e','2026-11-29 11:50:02.429517','2026-11-29 11:50:24.267007',NULL);
CREATE TABLE contact (
	id INTEGER NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	language_by VARCHAR NOT NULL, 
	active BOOLEAN NOT NULL, 
	civic_number VARCHAR DEFAULT '' NOT NULL, 
	street VARCHAR DEFAULT '' NOT NULL, 
	unit VARCHAR DEFAULT '' NOT NULL, 
	city VARCHAR DEFAULT '' NOT NULL, 
	postal_code VARCHAR DEFAULT '' NOT NULL, 
	sector VARCHAR DEFAULT '' NOT NULL, 
	topics JSON DEFAULT '[]' NOT NULL, 
	created_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, latitude FLOAT, longitude FLOAT, reach INTEGER, 
	CONSTRAINT pk_contact PRIMARY KEY (id)
);
INSERT INTO "contact" VALUES(1,'','','fr','resident',1,'','','','','','','[]','2026-11-29 11:49:58.269548','2026-11-29 11:50:18.015934',NULL,NULL,257);
INSERT INTO "contact" VALUES(2,'','','en','resident',1,'','','','','','','[]','2026-11-29 11:50:02.429517','2026-11-29 11:50:24.267007',NULL,NULL,1);
INSERT INTO "contact" VALUES(3,'Aline','Roy','fr','import',1,'12','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(4,'Benoît','Côté','fr','import',1,'14','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(5,'Chantal','Lévesque','fr','import',1,'16','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(6,'Denis','Tremblay','fr','import',1,'18','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(7,'Élise','Gagnon','fr','import',1,'20','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(8,'François','Bouchard','fr','import',1,'22','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(9,'Ginette','Pelletier','fr','import',1,'24','rue Principale','','Valmont','G0A 1A1','Village','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,16);
INSERT INTO "contact" VALUES(10,'Hugo','Bélanger','fr','import',1,'3','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(11,'Isabelle','Fortin','fr','import',1,'5','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(12,'Jacques','Morin','fr','import',1,'7','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,32);
INSERT INTO "contact" VALUES(13,'Karine','Ouellet','fr','import',1,'9','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(14,'Luc','Bergeron','fr','import',1,'11','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(15,'Manon','Caron','fr','import',1,'13','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(16,'Normand','Gagné','fr','import',1,'15','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(17,'Odette','Poirier','fr','import',1,'17','chemin du Lac','','Valmont','G0A 1A2','Lac','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(18,'Paul','Lavoie','fr','import',1,'101','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(19,'Quentin','Dubé','fr','import',1,'103','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(20,'Rachel','Adams','en','import',1,'105','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(21,'Samuel','Smith','en','import',1,'107','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(22,'Thérèse','Girard','fr','import',1,'109','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,1);
INSERT INTO "contact" VALUES(23,'Ursule','Simard','fr','import',1,'111','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,17);
INSERT INTO "contact" VALUES(24,'Victor','Thibault','fr','import',1,'113','rang Saint-Louis','','Valmont','G0A 1A3','Rang','["eau"]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,8192);
INSERT INTO "contact" VALUES(25,'William','Brown','en','import',1,'115','rang Saint-Louis','','Valmont','G0A 1A3','Rang','["water"]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,257);
INSERT INTO "contact" VALUES(26,'Yvette','Parent','fr','import',1,'117','rang Saint-Louis','','Valmont','G0A 1A3','Rang','[]','2026-11-29 11:50:51.769196','2026-11-29 11:50:51.769196',NULL,NULL,4096);
CREATE TABLE contact_point (
	id INTEGER NOT NULL, 
	contact_id INTEGER NOT NULL, 
	channel VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	extension VARCHAR DEFAULT '' NOT NULL, 
	position INTEGER NOT NULL, 
	active BOOLEAN DEFAULT 1 NOT NULL, 
	verified BOOLEAN DEFAULT 0 NOT NULL, 
	dead_at DATETIME, 
	description VARCHAR DEFAULT '' NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	CONSTRAINT pk_contact_point PRIMARY KEY (id), 
	CONSTRAINT fk_contact_point_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
);
INSERT INTO "contact_point" VALUES(1,1,'voice','+14185550150','',0,1,1,NULL,'','resident');
INSERT INTO "contact_point" VALUES(2,2,'voice','+14185550151','',0,1,1,NULL,'','resident');
INSERT INTO "contact_point" VALUES(3,1,'sms','+14185550150','',0,1,1,NULL,'','resident');
INSERT INTO "contact_point" VALUES(4,3,'voice','+14185550101','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(5,4,'voice','+14185550102','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(6,5,'voice','+14185550103','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(7,6,'voice','+14185550104','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(8,7,'voice','+14185550105','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(9,8,'voice','+14185550106','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(10,9,'voice','+14185550107','',0,1,0,'2026-11-29 11:50:55.814505','','import');
INSERT INTO "contact_point" VALUES(11,10,'voice','+14185550108','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(12,11,'voice','+14185550109','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(13,12,'voice','+14185550110','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(14,13,'voice','+14185550111','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(15,14,'voice','+14185550112','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(16,15,'voice','+14185550113','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(17,16,'voice','+14185550114','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(18,17,'voice','+14185550115','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(19,18,'voice','+14185550116','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(20,19,'voice','+14185550117','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(21,20,'voice','+14185550118','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(22,21,'voice','+14185550119','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(23,22,'voice','+14185550120','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(24,23,'voice','+15815550107','',0,1,0,'2026-11-29 11:50:56.864222','','import');
INSERT INTO "contact_point" VALUES(25,23,'voice','+15815550101','',1,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(26,24,'sms','+14185550130','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(27,25,'voice','+15815550106','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(28,25,'sms','+15815550131','',0,1,0,NULL,'','import');
INSERT INTO "contact_point" VALUES(29,26,'sms','+14185550161','',0,1,0,'2026-11-29 11:50:55.847875','','import');
CREATE TABLE delivery (
	id INTEGER NOT NULL, 
	alert_id INTEGER NOT NULL, 
	contact_id INTEGER, 
	name VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	outcome VARCHAR, 
	reason VARCHAR DEFAULT '' NOT NULL, 
	points JSON DEFAULT '[]' NOT NULL, told_with INTEGER CONSTRAINT fk_delivery_told_with REFERENCES delivery (id), 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT fk_delivery_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id), 
	CONSTRAINT fk_delivery_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
);
INSERT INTO "delivery" VALUES(1,1,1,'','fr','acknowledged','','[1,3]',NULL);
INSERT INTO "delivery" VALUES(2,1,2,'','en','acknowledged','','[2]',NULL);
INSERT INTO "delivery" VALUES(3,1,3,'Aline Roy','fr','acknowledged','','[4]',NULL);
INSERT INTO "delivery" VALUES(4,1,4,'Benoît Côté','fr','heard','','[5]',NULL);
INSERT INTO "delivery" VALUES(5,1,5,'Chantal Lévesque','fr','unreached','','[6]',NULL);
INSERT INTO "delivery" VALUES(6,1,6,'Denis Tremblay','fr','left_on_machine','','[7]',NULL);
INSERT INTO "delivery" VALUES(7,1,7,'Élise Gagnon','fr','acknowledged','','[8]',NULL);
INSERT INTO "delivery" VALUES(8,1,8,'François Bouchard','fr','unreached','','[9]',NULL);
INSERT INTO "delivery" VALUES(9,1,9,'Ginette Pelletier','fr','unreached','','[10]',NULL);
INSERT INTO "delivery" VALUES(10,1,10,'Hugo Bélanger','fr','acknowledged','','[11]',NULL);
INSERT INTO "delivery" VALUES(11,1,11,'Isabelle Fortin','fr','unreached','','[12]',NULL);
INSERT INTO "delivery" VALUES(12,1,12,'Jacques Morin','fr','opted_out','','[13]',NULL);
INSERT INTO "delivery" VALUES(13,1,13,'Karine Ouellet','fr','acknowledged','','[14]',NULL);
INSERT INTO "delivery" VALUES(14,1,14,'Luc Bergeron','fr','unreached','','[15]',NULL);
INSERT INTO "delivery" VALUES(15,1,15,'Manon Caron','fr','unreached','','[16]',NULL);
INSERT INTO "delivery" VALUES(16,1,16,'Normand Gagné','fr','left_on_machine','','[17]',NULL);
INSERT INTO "delivery" VALUES(17,1,17,'Odette Poirier','fr','left_on_machine','','[18]',NULL);
INSERT INTO "delivery" VALUES(18,1,18,'Paul Lavoie','fr','acknowledged','','[19]',NULL);
INSERT INTO "delivery" VALUES(19,1,19,'Quentin Dubé','fr','acknowledged','','[20]',NULL);
INSERT INTO "delivery" VALUES(20,1,20,'Rachel Adams','en','acknowledged','','[21]',NULL);
INSERT INTO "delivery" VALUES(21,1,21,'Samuel Smith','en','left_on_machine','','[22]',NULL);
INSERT INTO "delivery" VALUES(22,1,22,'Thérèse Girard','fr','acknowledged','','[23]',NULL);
INSERT INTO "delivery" VALUES(23,1,23,'Ursule Simard','fr','acknowledged','','[24,25]',NULL);
INSERT INTO "delivery" VALUES(24,1,24,'Victor Thibault','fr','delivered','','[26]',NULL);
INSERT INTO "delivery" VALUES(25,1,25,'William Brown','en','delivered','','[27,28]',NULL);
INSERT INTO "delivery" VALUES(26,1,26,'Yvette Parent','fr','unreached','','[29]',NULL);
INSERT INTO "delivery" VALUES(27,2,1,'','fr','acknowledged','','[1,3]',NULL);
INSERT INTO "delivery" VALUES(28,2,2,'','en','acknowledged','','[2]',NULL);
INSERT INTO "delivery" VALUES(29,2,3,'Aline Roy','fr','acknowledged','','[4]',NULL);
INSERT INTO "delivery" VALUES(30,2,4,'Benoît Côté','fr','heard','','[5]',NULL);
INSERT INTO "delivery" VALUES(31,2,6,'Denis Tremblay','fr','left_on_machine','','[7]',NULL);
INSERT INTO "delivery" VALUES(32,2,7,'Élise Gagnon','fr','acknowledged','','[8]',NULL);
INSERT INTO "delivery" VALUES(33,2,10,'Hugo Bélanger','fr','acknowledged','','[11]',NULL);
INSERT INTO "delivery" VALUES(34,2,13,'Karine Ouellet','fr','acknowledged','','[14]',NULL);
INSERT INTO "delivery" VALUES(35,2,16,'Normand Gagné','fr','left_on_machine','','[17]',NULL);
INSERT INTO "delivery" VALUES(36,2,17,'Odette Poirier','fr','left_on_machine','','[18]',NULL);
INSERT INTO "delivery" VALUES(37,2,18,'Paul Lavoie','fr','acknowledged','','[19]',NULL);
INSERT INTO "delivery" VALUES(38,2,19,'Quentin Dubé','fr','acknowledged','','[20]',NULL);
INSERT INTO "delivery" VALUES(39,2,20,'Rachel Adams','en','acknowledged','','[21]',NULL);
INSERT INTO "delivery" VALUES(40,2,21,'Samuel Smith','en','left_on_machine','','[22]',NULL);
INSERT INTO "delivery" VALUES(41,2,22,'Thérèse Girard','fr','acknowledged','','[23]',NULL);
INSERT INTO "delivery" VALUES(42,2,25,'William Brown','en','delivered','','[27,28]',NULL);
INSERT INTO "delivery" VALUES(43,2,23,'Ursule Simard','fr','acknowledged','','[25]',NULL);
INSERT INTO "delivery" VALUES(44,2,24,'Victor Thibault','fr','left_out','opted out','[]',NULL);
INSERT INTO "delivery" VALUES(45,3,1,'','fr','acknowledged','','[1,3]',NULL);
INSERT INTO "delivery" VALUES(46,3,2,'','en','acknowledged','','[2]',NULL);
INSERT INTO "delivery" VALUES(47,3,3,'Aline Roy','fr','acknowledged','','[4]',NULL);
INSERT INTO "delivery" VALUES(48,3,4,'Benoît Côté','fr','heard','','[5]',NULL);
INSERT INTO "delivery" VALUES(49,3,6,'Denis Tremblay','fr','left_on_machine','','[7]',NULL);
INSERT INTO "delivery" VALUES(50,3,7,'Élise Gagnon','fr','acknowledged','','[8]',NULL);
INSERT INTO "delivery" VALUES(51,3,10,'Hugo Bélanger','fr','acknowledged','','[11]',NULL);
INSERT INTO "delivery" VALUES(52,3,13,'Karine Ouellet','fr','acknowledged','','[14]',NULL);
INSERT INTO "delivery" VALUES(53,3,16,'Normand Gagné','fr','left_on_machine','','[17]',NULL);
INSERT INTO "delivery" VALUES(54,3,17,'Odette Poirier','fr','left_on_machine','','[18]',NULL);
INSERT INTO "delivery" VALUES(55,3,18,'Paul Lavoie','fr','acknowledged','','[19]',NULL);
INSERT INTO "delivery" VALUES(56,3,19,'Quentin Dubé','fr','acknowledged','','[20]',NULL);
INSERT INTO "delivery" VALUES(57,3,20,'Rachel Adams','en','acknowledged','','[21]',NULL);
INSERT INTO "delivery" VALUES(58,3,21,'Samuel Smith','en','left_on_machine','','[22]',NULL);
INSERT INTO "delivery" VALUES(59,3,22,'Thérèse Girard','fr','acknowledged','','[23]',NULL);
INSERT INTO "delivery" VALUES(60,3,25,'William Brown','en','delivered','','[27,28]',NULL);
INSERT INTO "delivery" VALUES(61,3,23,'Ursule Simard','fr','acknowledged','','[25]',NULL);
INSERT INTO "delivery" VALUES(62,3,24,'Victor Thibault','fr','left_out','opted out','[]',NULL);
INSERT INTO "delivery" VALUES(63,4,10,'Hugo Bélanger','fr','acknowledged','','[11]',NULL);
INSERT INTO "delivery" VALUES(64,4,11,'Isabelle Fortin','fr',NULL,'','[12]',NULL);
INSERT INTO "delivery" VALUES(65,4,13,'Karine Ouellet','fr','acknowledged','','[14]',NULL);
INSERT INTO "delivery" VALUES(66,4,14,'Luc Bergeron','fr',NULL,'','[15]',NULL);
INSERT INTO "delivery" VALUES(67,4,15,'Manon Caron','fr',NULL,'','[16]',NULL);
INSERT INTO "delivery" VALUES(68,4,16,'Normand Gagné','fr','left_on_machine','','[17]',NULL);
INSERT INTO "delivery" VALUES(69,4,17,'Odette Poirier','fr','left_on_machine','','[18]',NULL);
INSERT INTO "delivery" VALUES(70,4,12,'Jacques Morin','fr','left_out','opted out','[]',NULL);
INSERT INTO "delivery" VALUES(71,5,8,'François Bouchard','fr','unreached','','[9]',NULL);
INSERT INTO "delivery" VALUES(72,6,18,'Paul Lavoie','fr',NULL,'','[19]',NULL);
INSERT INTO "delivery" VALUES(73,6,19,'Quentin Dubé','fr',NULL,'','[20]',NULL);
INSERT INTO "delivery" VALUES(74,6,20,'Rachel Adams','en',NULL,'','[21]',NULL);
INSERT INTO "delivery" VALUES(75,6,21,'Samuel Smith','en',NULL,'','[22]',NULL);
INSERT INTO "delivery" VALUES(76,6,22,'Thérèse Girard','fr',NULL,'','[23]',NULL);
INSERT INTO "delivery" VALUES(77,6,25,'William Brown','en',NULL,'','[27,28]',NULL);
INSERT INTO "delivery" VALUES(78,6,23,'Ursule Simard','fr',NULL,'','[25]',NULL);
INSERT INTO "delivery" VALUES(79,6,24,'Victor Thibault','fr','left_out','opted out','[]',NULL);
INSERT INTO "delivery" VALUES(80,6,26,'Yvette Parent','fr','left_out','dead number','[]',NULL);
CREATE TABLE heartbeat (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, state JSON DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_heartbeat PRIMARY KEY (id)
);
INSERT INTO "heartbeat" VALUES(1,'2026-11-29 11:54:09.950610','{"pid": 17590, "started_at": "2026-11-29T11:49:42.953828+00:00", "roles": ["dialer", "ivr", "sms"], "link": true, "asterisk": "22.10.1+dfsg+~cs6.17.60671434-1", "memory": {"service": 146382848, "asterisk": 73297920}, "calls_out": 1, "calls_in": 0, "texts": true, "trunks": [{"name": "town", "host": "127.0.0.1:16524", "priority": 1, "health": "well", "open": 1, "lines": 30, "channels": 30, "calls_per_second": 10.0, "agreed_calls_per_second": 10.0, "placed": 85, "reachable": true, "rests_s": 0.0, "sip": null, "remedy": "", "slowed": {}}]}');
CREATE TABLE journal (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	detail JSON NOT NULL, 
	CONSTRAINT pk_journal PRIMARY KEY (id)
);
INSERT INTO "journal" VALUES(1,'2026-11-29 11:50:18.015934','resident','proved to hold','contact 1','{"number": "+1418\u2022\u2022\u20220150"}');
INSERT INTO "journal" VALUES(2,'2026-11-29 11:50:20.845092','resident','added','contact 1','{"channel": "sms", "point": 3}');
INSERT INTO "journal" VALUES(3,'2026-11-29 11:50:24.267007','resident','proved to hold','contact 2','{"number": "+1418\u2022\u2022\u20220151"}');
INSERT INTO "journal" VALUES(4,'2026-11-29 11:50:51.769196','root','imported','contacts','{"created": 24, "changed": 0, "unchanged": 0}');
INSERT INTO "journal" VALUES(5,'2026-11-29 11:50:53.181714','root','saved group','group Berge','{"target": "street:chemin du Lac"}');
INSERT INTO "journal" VALUES(6,'2026-11-29 11:50:55.010822','root','saved group','group Anglais','{"target": "number:+14185550118 number:+14185550119"}');
INSERT INTO "journal" VALUES(7,'2026-11-29 11:50:55.675303','root','created','alert 1','{"title": "Avis d''\u00e9bullition", "planned": 26, "left_out": 0}');
INSERT INTO "journal" VALUES(8,'2026-11-29 11:51:25.540889','resident','opted out','number','{"number": "+1418\u2022\u2022\u20220110", "channel": "voice", "via": "alert"}');
INSERT INTO "journal" VALUES(9,'2026-11-29 11:51:49.698258','resident','opted out','number','{"number": "+1418\u2022\u2022\u20220130", "channel": "sms", "via": "sms"}');
INSERT INTO "journal" VALUES(10,'2026-11-29 11:51:52.876304','root','created','alert 2','{"title": "Suite", "planned": 17, "left_out": 1}');
INSERT INTO "journal" VALUES(11,'2026-11-29 11:52:42.612607','root','created','alert 3','{"title": "Fin : Avis d''\u00e9bullition", "planned": 17, "left_out": 1}');
INSERT INTO "journal" VALUES(12,'2026-11-29 11:53:31.760294','root','created','alert 4','{"title": "Berge", "planned": 7, "left_out": 1}');
INSERT INTO "journal" VALUES(13,'2026-11-29 11:53:33.947034','root','paused','alert 4','{}');
INSERT INTO "journal" VALUES(14,'2026-11-29 11:53:46.065092','root','created','alert 5','{"title": "Annul\u00e9", "planned": 1, "left_out": 0}');
INSERT INTO "journal" VALUES(15,'2026-11-29 11:53:48.306462','root','hung up','alert 5','{}');
INSERT INTO "journal" VALUES(16,'2026-11-29 11:53:51.550193','root','created','alert 6','{"title": "Plus tard", "planned": 7, "left_out": 2}');
CREATE TABLE message (
	id VARCHAR(32) NOT NULL, 
	status VARCHAR NOT NULL, 
	lane INTEGER NOT NULL, 
	address VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	language VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	alert_id INTEGER, 
	delivery_id INTEGER, 
	secret BOOLEAN DEFAULT 0 NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	parts INTEGER DEFAULT '0' NOT NULL, 
	sent_at DATETIME, 
	ended_at DATETIME, 
	reason VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_message PRIMARY KEY (id), 
	CONSTRAINT fk_message_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id), 
	CONSTRAINT fk_message_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id)
);
INSERT INTO "message" VALUES('0315c9d17d843b4500ffbc986237c497','delivered',1,'+14185550150','la Ville de Valmont : L''eau du réseau n''est pas potable. Faites-la bouillir une minute avant de la boire.','fr','2026-11-29 11:50:55.675303','2026-11-29 11:50:55.675303',1,1,0,1,1,'2026-11-29 11:50:55.847345','2026-11-29 11:50:55.922738','');
INSERT INTO "message" VALUES('8d29b58f256590d847ee80208ccfbd00','delivered',1,'+14185550130','la Ville de Valmont : L''eau du réseau n''est pas potable. Faites-la bouillir une minute avant de la boire.','fr','2026-11-29 11:50:55.675303','2026-11-29 11:50:55.675303',1,24,0,1,1,'2026-11-29 11:50:55.847984','2026-11-29 11:50:55.922738','');
INSERT INTO "message" VALUES('ffcff05311e67cce12630f51305d9a50','delivered',1,'+15815550131','la Ville de Valmont: The tap water is not safe. Boil it for one minute before you drink it.','en','2026-11-29 11:50:55.675303','2026-11-29 11:50:55.675303',1,25,0,1,1,'2026-11-29 11:50:55.847984','2026-11-29 11:50:55.922738','');
INSERT INTO "message" VALUES('b13143d2a669cdee0a5d808197523152','failed',1,'+14185550161','la Ville de Valmont : L''eau du réseau n''est pas potable. Faites-la bouillir une minute avant de la boire.','fr','2026-11-29 11:50:55.675303','2026-11-29 11:50:55.675303',1,26,0,1,0,NULL,'2026-11-29 11:50:55.847875','bad_number');
INSERT INTO "message" VALUES('d831b7abf3e64a54986a18edb7cac5d9','received',0,'+14185550130','ARRET','fr','2026-11-29 11:51:49.698258','2026-11-29 11:51:49.698258',NULL,NULL,0,0,0,NULL,'2026-11-29 11:51:49.698258','');
INSERT INTO "message" VALUES('cb409cc0303c430796dcb423e673385e','delivered',0,'+14185550130','la Ville de Valmont : c''est noté, vous ne recevrez plus de textos. Les appels d''alerte continuent. Pour changer d''avis : 418 555-1001.','fr','2026-11-29 11:51:49.698258','2026-11-29 11:51:49.698258',NULL,NULL,0,1,1,'2026-11-29 11:51:49.835274','2026-11-29 11:51:49.886915','');
INSERT INTO "message" VALUES('56ee9e69e8b348bcbc51dafa4df59810','received',0,'+15815550131','HELP','en','2026-11-29 11:51:49.728580','2026-11-29 11:51:49.728580',NULL,NULL,0,0,0,NULL,'2026-11-29 11:51:49.728580','');
INSERT INTO "message" VALUES('3853767646b44b8d92bdd735a1ae0b06','delivered',0,'+15815550131','la Ville de Valmont: alerts for residents. To speak to a person, call 418 555-1001. Reply STOP to get no more texts.','en','2026-11-29 11:51:49.728580','2026-11-29 11:51:49.728580',NULL,NULL,0,1,1,'2026-11-29 11:51:49.836515','2026-11-29 11:51:49.886915','');
INSERT INTO "message" VALUES('d33694f9381f4de2a88daa1dd0379283','received',0,'+14185550160','bonjour','fr','2026-11-29 11:51:49.738866','2026-11-29 11:51:49.738866',NULL,NULL,0,0,0,NULL,'2026-11-29 11:51:49.738866','');
INSERT INTO "message" VALUES('3d08664dd9a944ca86cd3ec2e194c21a','failed',0,'+14185550160','la Ville de Valmont : personne ne lit les réponses à ce numéro. Appelez le 418 555-1001. Répondez ARRET pour ne plus recevoir de textos.','fr','2026-11-29 11:51:49.738866','2026-11-29 11:51:49.738866',NULL,NULL,0,1,1,'2026-11-29 11:51:49.836515','2026-11-29 11:51:49.886915','UNDELIV 001');
INSERT INTO "message" VALUES('79f2b1753faddbc20047a8a20f27d4ef','delivered',1,'+14185550150','la Ville de Valmont : L''eau n''est pas potable. Faites-la bouillir une minute.','fr','2026-11-29 11:51:52.876304','2026-11-29 11:51:52.876304',2,27,0,1,1,'2026-11-29 11:51:53.155505','2026-11-29 11:51:53.205868','');
INSERT INTO "message" VALUES('8171986597d695a8f5df0adbf5981e58','delivered',1,'+15815550131','la Ville de Valmont: The tap water is not safe. Boil it for one minute.','en','2026-11-29 11:51:52.876304','2026-11-29 11:51:52.876304',2,42,0,1,1,'2026-11-29 11:51:53.156141','2026-11-29 11:51:53.207517','');
INSERT INTO "message" VALUES('6dcf8ce0c12864d24434af01b13a500f','delivered',1,'+14185550150','la Ville de Valmont : L''eau n''est pas potable. Faites-la bouillir une minute.','fr','2026-11-29 11:52:42.612607','2026-11-29 11:52:42.612607',3,45,0,1,1,'2026-11-29 11:52:42.748948','2026-11-29 11:52:42.802423','');
INSERT INTO "message" VALUES('24d583bf3a85692bfd770bf7bb1649a1','delivered',1,'+15815550131','la Ville de Valmont: The tap water is not safe. Boil it for one minute.','en','2026-11-29 11:52:42.612607','2026-11-29 11:52:42.612607',3,60,0,1,1,'2026-11-29 11:52:42.747534','2026-11-29 11:52:42.802423','');
INSERT INTO "message" VALUES('6d23026c163a2c672edc2531fd8d3e53','waiting',3,'+15815550131','la Ville de Valmont: The tap water is not safe. Boil it for one minute.','en','2026-11-29 11:53:51.550193','2027-01-15 15:00:00.000000',6,77,0,0,0,NULL,NULL,'');
CREATE TABLE message_part (
	id INTEGER NOT NULL, 
	message_id VARCHAR(32), 
	provider_id VARCHAR NOT NULL, 
	delivered BOOLEAN, 
	reason VARCHAR DEFAULT '' NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_message_part PRIMARY KEY (id), 
	CONSTRAINT fk_message_part_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);
INSERT INTO "message_part" VALUES(1,'0315c9d17d843b4500ffbc986237c497','0C115400',1,'','2026-11-29 11:50:55.922543');
INSERT INTO "message_part" VALUES(2,'8d29b58f256590d847ee80208ccfbd00','0C115401',1,'','2026-11-29 11:50:55.922704');
INSERT INTO "message_part" VALUES(3,'ffcff05311e67cce12630f51305d9a50','0C115402',1,'','2026-11-29 11:50:55.922738');
INSERT INTO "message_part" VALUES(4,'cb409cc0303c430796dcb423e673385e','0C115403',1,'','2026-11-29 11:51:49.886800');
INSERT INTO "message_part" VALUES(5,'3853767646b44b8d92bdd735a1ae0b06','0C115404',1,'','2026-11-29 11:51:49.886879');
INSERT INTO "message_part" VALUES(6,'3d08664dd9a944ca86cd3ec2e194c21a','0C115405',0,'UNDELIV 001','2026-11-29 11:51:49.886915');
INSERT INTO "message_part" VALUES(7,'79f2b1753faddbc20047a8a20f27d4ef','0C115406',1,'','2026-11-29 11:51:53.205868');
INSERT INTO "message_part" VALUES(8,'8171986597d695a8f5df0adbf5981e58','0C115407',1,'','2026-11-29 11:51:53.207517');
INSERT INTO "message_part" VALUES(9,'24d583bf3a85692bfd770bf7bb1649a1','0C115408',1,'','2026-11-29 11:52:42.802361');
INSERT INTO "message_part" VALUES(10,'6dcf8ce0c12864d24434af01b13a500f','0C115409',1,'','2026-11-29 11:52:42.802423');
CREATE TABLE opt_out (
	id INTEGER NOT NULL, 
	address VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	via VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	lifted_at DATETIME, 
	CONSTRAINT pk_opt_out PRIMARY KEY (id)
);
INSERT INTO "opt_out" VALUES(1,'+14185550110','voice','alert','2026-11-29 11:51:25.540889',NULL);
INSERT INTO "opt_out" VALUES(2,'+14185550130','sms','sms','2026-11-29 11:51:49.698258',NULL);
CREATE TABLE target_group (
	name VARCHAR NOT NULL, 
	target TEXT NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by VARCHAR NOT NULL, 
	CONSTRAINT pk_target_group PRIMARY KEY (name)
);
INSERT INTO "target_group" VALUES('Berge','street:chemin du Lac','2026-11-29 11:50:53.181714','root');
INSERT INTO "target_group" VALUES('Anglais','number:+14185550118 number:+14185550119','2026-11-29 11:50:55.010822','root');
CREATE INDEX ix_alert_status ON alert (status, created_at);
CREATE INDEX ix_call_log_began_at ON call_log (began_at);
CREATE INDEX ix_code_asked_at ON code (asked_at);
CREATE INDEX ix_code_caller ON code (caller, asked_at);
CREATE INDEX ix_code_number ON code (number, asked_at);
CREATE INDEX ix_journal_subject ON journal (subject, at);
CREATE UNIQUE INDEX uq_opt_out_address_channel ON opt_out (address, channel) WHERE lifted_at IS NULL;
CREATE INDEX ix_consent_contact_id ON consent (contact_id);
CREATE INDEX ix_consent_number ON consent (number);
CREATE INDEX ix_contact_point_address ON contact_point (address);
CREATE UNIQUE INDEX uq_contact_point ON contact_point (contact_id, channel, address, extension);
CREATE UNIQUE INDEX uq_delivery_alert_id_contact_id ON delivery (alert_id, contact_id);
CREATE INDEX ix_attempt_delivery_id ON attempt (delivery_id);
CREATE INDEX ix_attempt_unfinished_alert ON attempt (alert_id) WHERE status IN ('answered', 'claimed', 'placed', 'ringing', 'waiting');
CREATE INDEX ix_attempt_waiting_address ON attempt (address) WHERE status = 'waiting';
CREATE UNIQUE INDEX uq_attempt_open_address ON attempt (address) WHERE status IN ('answered', 'claimed', 'placed', 'ringing');
CREATE INDEX ix_message_delivery_id ON message (delivery_id);
CREATE INDEX ix_message_sending ON message (id) WHERE status = 'sending';
CREATE INDEX ix_message_unfinished_alert ON message (alert_id) WHERE status IN ('sending', 'waiting');
CREATE INDEX ix_message_waiting ON message (lane, due_at) WHERE status = 'waiting';
CREATE INDEX ix_message_waiting_address ON message (address) WHERE status = 'waiting';
CREATE INDEX ix_message_part_message_id ON message_part (message_id);
CREATE INDEX ix_message_part_provider_id ON message_part (provider_id);
CREATE INDEX ix_contact_reach ON contact (active, reach, language);
CREATE INDEX ix_contact_sector ON contact (sector, active, reach, language);
CREATE INDEX ix_contact_street ON contact (street, civic_number, active, reach, language);
CREATE INDEX ix_contact_postal_code ON contact (postal_code, active, reach, language);
CREATE INDEX ix_contact_topics ON contact (topics, active, reach, language);
CREATE INDEX ix_contact_place ON contact (latitude, longitude) WHERE latitude IS NOT NULL;
CREATE INDEX ix_delivery_told_with ON delivery (told_with) WHERE told_with IS NOT NULL;
CREATE INDEX ix_attempt_waiting ON attempt (alert_id, due_at) WHERE status = 'waiting';
CREATE INDEX ix_attempt_placed ON attempt (address, placed_at) WHERE placed_at IS NOT NULL;
COMMIT;
