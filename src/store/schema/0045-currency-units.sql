-- What one minor unit of a currency is in ten-thousandths of its unit, so that an amount can be
-- looked for before anybody says in which currency: 120000 is as many yen, and 1200.00 is not.
create table currency_unit (
    currency text primary key,
    unit {{int}} not null check (unit in (1, 10, 100, 10000))
) {{strict}};
insert into currency_unit (currency, unit) values
    ('AED', 100), ('AFN', 100), ('ALL', 100), ('AMD', 100), ('AOA', 100), ('ARS', 100),
    ('AUD', 100), ('AWG', 100), ('AZN', 100), ('BAM', 100), ('BBD', 100), ('BDT', 100),
    ('BHD', 10), ('BIF', 10000), ('BMD', 100), ('BND', 100), ('BOB', 100), ('BOV', 100),
    ('BRL', 100), ('BSD', 100), ('BTN', 100), ('BWP', 100), ('BYN', 100), ('BZD', 100),
    ('CAD', 100), ('CDF', 100), ('CHE', 100), ('CHF', 100), ('CHW', 100), ('CLF', 1),
    ('CLP', 10000), ('CNY', 100), ('COP', 100), ('COU', 100), ('CRC', 100), ('CUP', 100),
    ('CVE', 100), ('CZK', 100), ('DJF', 10000), ('DKK', 100), ('DOP', 100), ('DZD', 100),
    ('EGP', 100), ('ERN', 100), ('ETB', 100), ('EUR', 100), ('FJD', 100), ('FKP', 100),
    ('GBP', 100), ('GEL', 100), ('GHS', 100), ('GIP', 100), ('GMD', 100), ('GNF', 10000),
    ('GTQ', 100), ('GYD', 100), ('HKD', 100), ('HNL', 100), ('HTG', 100), ('HUF', 100),
    ('IDR', 100), ('ILS', 100), ('INR', 100), ('IQD', 10), ('IRR', 100), ('ISK', 10000),
    ('JMD', 100), ('JOD', 10), ('JPY', 10000), ('KES', 100), ('KGS', 100), ('KHR', 100),
    ('KMF', 10000), ('KPW', 100), ('KRW', 10000), ('KWD', 10), ('KYD', 100), ('KZT', 100),
    ('LAK', 100), ('LBP', 100), ('LKR', 100), ('LRD', 100), ('LSL', 100), ('LYD', 10),
    ('MAD', 100), ('MDL', 100), ('MGA', 100), ('MKD', 100), ('MMK', 100), ('MNT', 100),
    ('MOP', 100), ('MRU', 100), ('MUR', 100), ('MVR', 100), ('MWK', 100), ('MXN', 100),
    ('MXV', 100), ('MYR', 100), ('MZN', 100), ('NAD', 100), ('NGN', 100), ('NIO', 100),
    ('NOK', 100), ('NPR', 100), ('NZD', 100), ('OMR', 10), ('PAB', 100), ('PEN', 100),
    ('PGK', 100), ('PHP', 100), ('PKR', 100), ('PLN', 100), ('PYG', 10000), ('QAR', 100),
    ('RON', 100), ('RSD', 100), ('RUB', 100), ('RWF', 10000), ('SAR', 100), ('SBD', 100),
    ('SCR', 100), ('SDG', 100), ('SEK', 100), ('SGD', 100), ('SHP', 100), ('SLE', 100),
    ('SOS', 100), ('SRD', 100), ('SSP', 100), ('STN', 100), ('SVC', 100), ('SYP', 100),
    ('SZL', 100), ('THB', 100), ('TJS', 100), ('TMT', 100), ('TND', 10), ('TOP', 100),
    ('TRY', 100), ('TTD', 100), ('TWD', 100), ('TZS', 100), ('UAH', 100), ('UGX', 10000),
    ('USD', 100), ('USN', 100), ('UYI', 10000), ('UYU', 100), ('UYW', 1), ('UZS', 100),
    ('VED', 100), ('VES', 100), ('VND', 10000), ('VUV', 10000), ('WST', 100), ('XAD', 100),
    ('XAF', 10000), ('XCD', 100), ('XCG', 100), ('XOF', 10000), ('XPF', 10000), ('YER', 100),
    ('ZAR', 100), ('ZMW', 100), ('ZWG', 100);

-- down:
drop table currency_unit;
